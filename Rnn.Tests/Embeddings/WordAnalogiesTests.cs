using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Evaluation;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Embeddings;

public sealed class WordAnalogiesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void CountsBySection()
    {
        WordAnalogies analogies = WordAnalogies.Load(_folder.Write("q", """
            : family
            man woman king queen
            Man Woman King Queen
            man woman king apple
            man woman king unknown

            : gram1-fruit
            woman man queen king
            """u8));
        Assert.Equal(5, analogies.Count);
        Assert.Equal([false, true], analogies.Sections.Select(section => section.IsSyntactic));
        WordVectors vectors = VectorCases.Royal();
        foreach (AnalogyMethod method in new[] { AnalogyMethod.CosAdd, AnalogyMethod.CosMul })
        {
            WordAnalogiesResult result = analogies.Evaluate(vectors, new() { Method = method });
            Assert.Equal([new("family", 2, 3, 1), new("gram1-fruit", 1, 1, 0)], result.Sections);
            Assert.Equal(new WordAnalogyScore("semantic", 2, 3, 1), result.Semantic);
            Assert.Equal(new WordAnalogyScore("syntactic", 1, 1, 0), result.Syntactic);
            Assert.Equal(new WordAnalogyScore("total", 3, 4, 1), result.Total);
            Assert.Equal(0.75, result.Total.Accuracy, 1e-12);

            result = analogies.Evaluate(vectors, new() { Method = method, IgnoreCase = false });
            Assert.Equal(new WordAnalogyScore("total", 2, 3, 2), result.Total);
            result = analogies.Evaluate(vectors, new() { Method = method, Restrict = 4 });   // no "woman" any more
            Assert.Equal(new WordAnalogyScore("total", 0, 0, 5), result.Total);
            Assert.True(double.IsNaN(result.Total.Accuracy));
        }
    }

    [Fact]
    public void OtherCasesOfAQuestionsWordsAreNoAnswers()
    {
        // "KING" is nearest to the sum, but is the question's own word; "Queen" is as right as "queen".
        WordVectors vectors = new(["king", "KING", "Queen", "queen", "man", "woman"],
            [3, 1, 3, 0.9f, 3, -1, 3, -1.2f, 0.5f, 1, 0.5f, 0.8f], 2);
        WordAnalogies analogies = new([new("s", [new("man", "woman", "king", "QUEEN")])]);
        Assert.Equal("KING", vectors.Analogy("man", "woman", "king", 1)[0].Word);
        Assert.Equal(1, analogies.Evaluate(vectors).Total.Correct);
    }

    [Theory]
    [InlineData(AnalogyMethod.CosAdd)]
    [InlineData(AnalogyMethod.CosMul)]
    public void AnswersAreThoseOfSingleQuestions(AnalogyMethod method)
    {
        const int words = 9000, questions = 150;
        WordVectors vectors = VectorCases.Random(words, 12, 5);
        int[] drawn = TestNumbers.Indices(3 * questions, words, 2, 1);
        List<WordAnalogyQuestion> right = [], wrong = [];
        for (int i = 0; i < questions; i++)
        {
            (string a, string b, string c) = ($"w{drawn[3 * i]}", $"w{drawn[(3 * i) + 1]}", $"w{drawn[(3 * i) + 2]}");
            WordNeighbour[] best = vectors.Analogy(a, b, c, 2, method, restrict: 8500);
            if (best.Length < 2 || new[] { a, b, c }.Any(w => vectors.GetIndex(w) >= 8500))
                continue;
            right.Add(new(a, b, c, best[0].Word));
            wrong.Add(new(a, b, c, best[1].Word));
        }

        Assert.InRange(right.Count, 100, questions);
        WordAnalogiesResult result = new WordAnalogies([new("r", right), new("w", wrong)])
            .Evaluate(vectors, new() { Method = method, Restrict = 8500 });
        Assert.Equal((right.Count, right.Count), (result.Sections[0].Correct, result.Sections[0].Answered));
        Assert.Equal((0, wrong.Count), (result.Sections[1].Correct, result.Sections[1].Answered));
    }

    [Theory]
    [InlineData("", "is empty; expected sections of four words a line")]
    [InlineData(": a\n: b\n", "is empty; expected sections of four words a line")]
    [InlineData("a b c d\n", "Line 1 of '#': expected a line ': name' that begins a section, got 'a b c d'")]
    [InlineData(": s\na b c d\na b c\n", "Line 3 of '#': expected four words, got 'a b c'")]
    [InlineData(": s\na b c d e\n", "Line 2 of '#': expected four words, got 'a b c d e'")]
    [InlineData(":\n", "Line 1 of '#': expected a section's name after the colon, got ':'")]
    [InlineData(": s\na b c \u00FF\n", "The file '#' is not valid utf-8")]
    public void MalformedFiles(string text, string message)
    {
        string path = _folder.Write("q", Encoding.Latin1.GetBytes(text));
        VectorCases.Says<InvalidDataException>(message.Replace("#", path, StringComparison.Ordinal),
            () => WordAnalogies.Load(path));
    }

    [Fact]
    public void Misuse()
    {
        WordAnalogies analogies = new([new("s", [new("man", "woman", "king", "queen")])]);
        VectorCases.Says<ArgumentException>("sections is empty", () => _ = new WordAnalogies([]));
        VectorCases.Says<ArgumentOutOfRangeException>("Restrict is -1; expected 0 or more",
            () => analogies.Evaluate(VectorCases.Royal(), new() { Restrict = -1 }));
        Assert.Throws<OperationCanceledException>(() => analogies.Evaluate(VectorCases.Royal(),
            new() { Cancellation = new CancellationToken(canceled: true) }));
    }

    [Fact]
    public void RealFile()
    {
        WordAnalogies analogies = WordAnalogies.Load(VectorCases.WordDataOrSkip("questions-words.txt"));
        Assert.Equal((14, 19_544), (analogies.Sections.Count, analogies.Count));
        Assert.Equal((8869, 10_675), (Sum(false), Sum(true)));
        Assert.Equal(("family", 506), (analogies.Sections[4].Name, analogies.Sections[4].Questions.Count));
        Assert.Equal(new WordAnalogyQuestion("Athens", "Greece", "Baghdad", "Iraq"),
            analogies.Sections[0].Questions[0]);

        int Sum(bool syntactic) =>
            analogies.Sections.Where(s => s.IsSyntactic == syntactic).Sum(s => s.Questions.Count);
    }
}
