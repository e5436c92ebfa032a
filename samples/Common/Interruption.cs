using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Rnn.Samples.Common;

/// <summary>
/// Turns the first Ctrl-C (or SIGTERM) into a cancellation, so that the run can save what it has; the second ends the
/// process at once.
/// </summary>
public sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public Interruption()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, 130));
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, 143));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>128 + the number of the signal that came, or 0.</summary>
    public int ExitCode { get; private set; }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context, int exitCode)
    {
        if (!_source.IsCancellationRequested)
        {
            context.Cancel = true;   // the default would end the process now
            ExitCode = exitCode;
            _source.Cancel();
        }
    }
}
