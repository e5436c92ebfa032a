using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rnn.Models.Embeddings;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Embeddings;

/// <summary>Vectors and texts that the tests share.</summary>
internal static class VectorCases
{
    public static WordVectors Random(int words, int dimensions, ulong seed) => new(
        Enumerable.Range(0, words).Select(i => $"w{i}").ToArray(),
        TestNumbers.Uniform(words * dimensions, seed, 1), dimensions);

    /// <summary>Words are royal, common, or fruit; of a man or a woman: the textbook's analogy holds exactly.</summary>
    public static WordVectors Royal() => new(
        ["the", "king", "queen", "man", "woman", "apple", "pear", "nothing"],
        [
            0, 1, 0, 0,
            0, 0, 3, 1,
            0, 0, 3, -1,
            0, 0, 0.5f, 1,
            0, 0, 0.5f, -1,
            2, 0, 0, 0.1f,
            2, 0.2f, 0, 0.1f,
            0, 0, 0, 0,
        ],
        4);

    public static void Says<TException>(string text, Action action)
        where TException : Exception => Assert.Contains(text, Assert.Throws<TException>(action).Message,
            StringComparison.Ordinal);

    public static byte[] Binary(string header, params (string Word, float[] Numbers)[] rows) =>
        Binary(header, true, rows);

    public static byte[] Binary(string header, bool lineEnds, params (string Word, float[] Numbers)[] rows)
    {
        List<byte> bytes = [.. Encoding.UTF8.GetBytes(header)];
        foreach ((string word, float[] numbers) in rows)
        {
            bytes.AddRange(Encoding.UTF8.GetBytes(word + " "));
            foreach (float number in numbers)
                bytes.AddRange(BitConverter.GetBytes(number));
            if (lineEnds)
                bytes.Add((byte)'\n');
        }

        return [.. bytes];
    }

    public static string WordDataOrSkip(string name) => TestData.PathOrSkip($"word-vectors/{name}");
}
