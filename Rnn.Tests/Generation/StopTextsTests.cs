using System;
using System.Buffers;
using System.Linq;
using System.Text;
using CsCheck;
using Rnn.Models.Generation;
using Xunit;

namespace Rnn.Tests.Generation;

public class StopTextsTests
{
    [Theory]
    [InlineData("one.two", ".", "one")]
    [InlineData("one\n\ntwo", "\n\n", "one")]
    [InlineData("aab", "ab", "a")]
    [InlineData("abac", "abad", "abac")]       // the beginning of one, which does not come
    [InlineData("ababad", "abad", "ab")]       // and begins again inside itself
    [InlineData("xabc", "c|abc|bc", "x")]      // of those that end here, the longest
    [InlineData("xabcd", "bc|abcd", "xa")]     // the first that is complete
    [InlineData("", "a", "")]
    [InlineData("ab", "abc", "ab")]
    [InlineData("x\U0001F98Ay", "\U0001F98A", "x")]
    public void TheTextEndsBeforeTheStop(string written, string stops, string expected) =>
        Assert.Equal(expected, Write(written, stops.Split('|'), (_, _) => { }));

    /// <summary>After every character, all is handed out but what may be the beginning of a stop text.</summary>
    [Fact]
    public void NothingIsHeldBackLongerThanNeeded()
    {
        Gen<string> text = Gen.Char["abc"].Array[0, 12].Select(chars => new string(chars));
        Gen.Select(text, text.Where(stop => stop.Length > 0).Array[1, 4]).Sample((written, stops) =>
        {
            string expected = Oracle(written, stops);
            Assert.Equal(expected, Write(written, stops, (so, certain) =>
            {
                Assert.StartsWith(certain, expected, StringComparison.Ordinal);
                string held = so[certain.Length..];
                bool begins = stops.Any(stop => stop.StartsWith(held, StringComparison.Ordinal));
                Assert.True(begins || stops.Any(stop => so.EndsWith(stop, StringComparison.Ordinal)), held);
                bool longer = Enumerable.Range(0, certain.Length).Any(at =>
                    stops.Any(stop => stop.Length > so.Length - at && stop.StartsWith(so[at..], StringComparison.Ordinal)));
                Assert.False(longer && !stops.Any(stop => so.EndsWith(stop, StringComparison.Ordinal)), "too early");
            }));
        });
    }

    private static string Write(string written, string[] stops, Action<string, string> afterEach)
    {
        StopTexts watcher = new(stops);
        ArrayBufferWriter<char> text = new();
        StringBuilder so = new();
        foreach (Rune rune in written.EnumerateRunes())
        {
            so.Append(rune.ToString());
            bool ends = watcher.Add(rune.ToString(), text);
            afterEach(so.ToString(), new string(text.WrittenSpan));
            if (ends)
                return new string(text.WrittenSpan);
        }

        watcher.End(text);
        return new string(text.WrittenSpan);
    }

    private static string Oracle(string written, string[] stops)
    {
        for (int length = 1; length <= written.Length; length++)
        {
            string so = written[..length];
            string[] ended = [.. stops.Where(stop => so.EndsWith(stop, StringComparison.Ordinal))];
            if (ended.Length > 0)
                return so[..^ended.Max(stop => stop.Length)];
        }

        return written;
    }
}
