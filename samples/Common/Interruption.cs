using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

namespace Rnn.Samples.Common;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP. Each is answered at once. Where there is nothing to save, while a text is read or a
/// network made, the first ends the process; during a run that <see cref="Guard">can save what it has</see>, the first
/// asks it to do so and the second ends the process.
/// </summary>
public sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _lock = new();
    private string? _promise;

    /// <summary>Listens from now on.</summary>
    public Interruption()
    {
        Listen(PosixSignal.SIGINT, 130);
        Listen(PosixSignal.SIGTERM, 143);
        Listen(PosixSignal.SIGHUP, 129);
    }

    /// <summary>Cancelled by the first signal of a guarded run.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>128 + the number of the signal that came, or 0.</summary>
    public int ExitCode { get; private set; }

    /// <summary>What is said when a signal ends the process at once.</summary>
    public string Lost { get; set; } = "Nothing was saved.";

    /// <summary>Until the result is disposed, the first signal cancels <see cref="Token"/> instead of ending the
    /// process.</summary>
    /// <param name="promise">What will happen then: "the step is finished and a checkpoint saved".</param>
    public IDisposable Guard(string promise)
    {
        lock (_lock)
        {
            _promise = promise;
        }

        return new Guarded(this);
    }

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();

        _source.Dispose();
    }

    private void Listen(PosixSignal signal, int exitCode) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context => Handle(context, exitCode)));

    private void Handle(PosixSignalContext context, int exitCode)
    {
        lock (_lock)
        {
            if (_source.IsCancellationRequested)
            {
                Screen.Restore();
                return;   // the second: the system's own way, at once
            }

            context.Cancel = true;
            ExitCode = exitCode;
            if (_promise is not null)
            {
                Screen.Warn($"Interrupted: {_promise} (once more ends at once).");
                _source.Cancel();
                return;
            }
        }

        Screen.Restore();
        Screen.Warn($"Interrupted. {Lost}");
        Environment.Exit(exitCode);
    }

    private sealed class Guarded(Interruption interruption) : IDisposable
    {
        public void Dispose()
        {
            lock (interruption._lock)
            {
                interruption._promise = null;
            }
        }
    }
}
