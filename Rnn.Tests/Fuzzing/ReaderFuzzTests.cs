using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xunit;

namespace Rnn.Tests.Fuzzing;

/// <summary>
/// Every reader refuses damaged inputs with the exception that it documents, in bounded memory, and comes to an end:
/// 100,000 inputs together, or as many as the variable RNN_FUZZ_INPUTS says. An input is the same whatever their number:
/// what a message names is met again.
/// </summary>
public class ReaderFuzzTests(ITestOutputHelper output)
{
    private const int Inputs = 100_000;

    private static readonly FuzzTarget[] s_targets = [.. FuzzTargets.All()];

    public static TheoryData<string> Names => [.. s_targets.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names), DisableDiscoveryEnumeration = true)]   // it makes models, which no other test should wait for
    public void AReaderRefusesWhatIsDamaged(string name)
    {
        FuzzTarget target = Array.Find(s_targets, target => target.Name == name)!;
        Fuzzer fuzzer = new(target);
        int shares = s_targets.Sum(target => target.Share), count = (int)(((long)Total() * target.Share / shares) + 1);
        IReadOnlyCollection<string> faults = fuzzer.Run(count);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name} | {count} | {fuzzer.Accepted} | {fuzzer.MostMemory} | {fuzzer.Slowest.TotalMilliseconds:F1} | {faults.Count}"));
        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
        Assert.True(fuzzer.Accepted < count, "Nothing was refused: the inputs are not damaged.");
    }

    [Fact]
    public void ANumberIsAnInput()
    {
        foreach (FuzzTarget target in s_targets)
        {
            string[] inputs = [.. Enumerable.Range(0, 50).Select(number => Convert.ToHexString(target.Input(number)))];
            Assert.Equal(inputs[7], Convert.ToHexString(target.Input(7)));
            Assert.True(inputs.Distinct().Count() > 40, target.Name);
        }
    }

    private static int Total() => int.TryParse(Environment.GetEnvironmentVariable("RNN_FUZZ_INPUTS"), NumberStyles.None,
        CultureInfo.InvariantCulture, out int more) ? more : Inputs;
}
