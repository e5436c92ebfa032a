using Rnn.Samples.Common;

namespace Rnn.Samples.CharRnn;

/// <summary>
/// The lesson: a recurrent network reads a text one character at a time, learns to predict the next, and then writes.
/// The lesson itself is <see cref="TrainCommand"/>.
/// </summary>
internal static class Program
{
    public static int Main(string[] args) => SampleApp.Run(args, CommandLine.Create,
        ("skipUnknown", "--skip-unknown"));
}
