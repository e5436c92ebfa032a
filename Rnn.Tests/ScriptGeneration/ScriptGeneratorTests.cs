using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Rnn.Models.Generation;
using Rnn.Models.LanguageModels;
using Rnn.Models.ScriptGeneration;
using Rnn.Models.Text.Scripts;
using Xunit;

namespace Rnn.Tests.ScriptGeneration;

public class ScriptGeneratorTests
{
    private const string Play =
        "ANNA:\nWhere is my hat? It's gone!\n\nBERT:\nI sold it, madam.\n\nANNA:\nYou sold my hat?\nFor what?\n\nCARL:\nFor two hats. \n\n";

    private static readonly ScriptTokenizerOptions s_script = new();
    private static readonly LanguageModel s_play = Trained(Play, s_script);
    private static readonly LanguageModel s_tokens = Trained("the cat sat .\nthe dog <unk> .\na cat ran .\n", null);

    [Fact]
    public void WhatItWritesIsWellFormedAndItsTokensAreThoseOfTheText()
    {
        ScriptGenerator generator = new(s_play);
        Assert.Equal(["ANNA", "BERT", "CARL"], generator.Speakers.Order());
        for (ulong seed = 1; seed < 30; seed++)
        {
            ScriptGenerationOptions options = new() { Length = 80, Seed = seed };
            string text = generator.Generate("", options);
            int[] tokens = generator.GenerateTokens("", options);
            Assert.Equal(text, string.Concat(generator.Stream("", options)));
            Assert.Equal(80, tokens.Length);
            Assert.DoesNotContain(s_play.Vocabulary.UnknownId, tokens);
            Assert.Equal(new ScriptTokenizer(s_script).Detokenize(["<turn>", .. s_play.Vocabulary.Decode(tokens)])["\n\n".Length..], text);
        }
    }

    /// <summary>After a prime, capitals, blanks and line ends are those that the whole text would have.</summary>
    [Fact]
    public void ATextGoesOnWhereThePrimeEnds()
    {
        ScriptGenerator generator = new(s_play);
        const string Prime = "ANNA:\nWhere is my";
        ScriptGenerationOptions greedy = new() { Length = 6, Sampling = SamplingOptions.Greedy };
        string rest = generator.Generate(Prime, greedy);
        Assert.StartsWith(" hat?", rest);
        Assert.Contains(" It's", rest);   // a sentence begins
        Assert.Equal(rest, generator.Generate(Prime, greedy with { Seed = 9 }));
        Assert.Equal("", generator.Generate(Prime, new ScriptGenerationOptions { Length = 0 }));
        Assert.NotEqual("", generator.Generate("xyzzy", new ScriptGenerationOptions { Length = 3 }));   // unknown, and read as that
    }

    /// <summary>Without a script a line goes on too, unless the prime ends it.</summary>
    [Fact]
    public void ALineOfTokensGoesOnWhereThePrimeEnds()
    {
        ScriptGenerator generator = new(s_tokens);
        ScriptGenerationOptions one = new() { Length = 1, Sampling = SamplingOptions.Greedy };
        Assert.Equal(" sat", generator.Generate("the cat", one));
        Assert.Matches("^(the|a)$", generator.Generate("the cat sat .\n", one));
        Assert.Matches("^(the|a)$", generator.Generate("\n", one));
        Assert.Matches("^(the|a)$", generator.Generate("", one));
        Assert.Equal("\n", generator.Generate("the cat sat .", one));
    }

    [Fact]
    public void OnlyThoseSpeakWhoMay()
    {
        ScriptGenerator generator = new(s_play);
        foreach (string name in (string[])["BERT", "bert:", "Bert"])
        {
            string text = generator.Generate("", new ScriptGenerationOptions { Length = 400, Speakers = [name] });
            Assert.Contains("BERT:", text);
            Assert.DoesNotContain("ANNA:", text);
            Assert.DoesNotContain("CARL:", text);
        }

        string message = Assert.Throws<ArgumentException>(() =>
            generator.Generate("", new ScriptGenerationOptions { Speakers = ["DORA"] })).Message;
        Assert.Contains("'DORA' is no speaker", message);
        Assert.Contains("ANNA", message);
        Assert.Contains("its texts have no speakers", Assert.Throws<ArgumentException>(() =>
            new ScriptGenerator(s_tokens).Generate("", new ScriptGenerationOptions { Speakers = ["DORA"] })).Message);
    }

    [Fact]
    public void ATextEndsAfterSoManyTurns()
    {
        string text = new ScriptGenerator(s_play).Generate("", new ScriptGenerationOptions { Length = 10_000, Turns = 3 });
        Assert.EndsWith("\n\n", text);
        Assert.Equal(3, text.Split("\n\n").Length - 1);
        string lines = new ScriptGenerator(s_tokens).Generate("the", new ScriptGenerationOptions { Length = 10_000, Turns = 2 });
        Assert.Equal(2, lines.Count(c => c == '\n'));
    }

    [Fact]
    public void UnknownWordsAreWrittenWhereThatIsAllowed()
    {
        ScriptGenerator generator = new(s_tokens);
        Assert.DoesNotContain("<unk>", generator.Generate("", new ScriptGenerationOptions { Length = 300 }));
        Assert.Contains("<unk>", generator.Generate("", new ScriptGenerationOptions { Length = 300, AllowUnknown = true }));
        Assert.StartsWith(" <unk>", generator.Search("the dog", new BeamSearchOptions { MaxLength = 1 }, allowUnknown: true)[0].Text);
        Assert.All(generator.Search("the dog", new BeamSearchOptions { MaxLength = 1, Width = 50 }),
            found => Assert.DoesNotContain("<unk>", found.Text));
    }

    [Fact]
    public void ASearchFindsWhatIsMostProbableToTheEndOfATurn()
    {
        s_play.Vocabulary.TryGetId(ScriptTokenizer.Turn, out int end);
        IReadOnlyList<FoundScript> found = new ScriptGenerator(s_play).Search("ANNA:\nWhere is my", new BeamSearchOptions
        {
            Width = 3,
            MaxLength = 20,
            EndToken = end,
        });
        Assert.StartsWith(" hat? It's gone!", found[0].Text);
        Assert.True(found[0].IsEnded);
        Assert.True(found[0].Score >= found[^1].Score);
    }

    [Fact]
    public void ACacheAndManyThreadsWriteTheSameForASeed()
    {
        ScriptGenerator generator = new(s_play);
        ScriptGenerationOptions options = new() { Length = 40, Cache = new ContinuousCacheOptions { Window = 20, Weight = 0.3 } };
        string text = generator.Generate("", options);
        Assert.NotEqual(text, generator.Generate("", options with { Cache = null }));
        Parallel.For(0, 8, _ => Assert.Equal(text, generator.Generate("", options)));
    }

    [Fact]
    public void ItStopsWhenItIsToldTo()
    {
        using CancellationTokenSource source = new();
        IEnumerator<string> pieces = new ScriptGenerator(s_play).Stream("", cancellation: source.Token).GetEnumerator();
        Assert.True(pieces.MoveNext());
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => pieces.MoveNext());
        Assert.ThrowsAny<ArgumentException>(() => new ScriptGenerationOptions { Length = -1 }.Check());
        Assert.ThrowsAny<ArgumentException>(() => new ScriptGenerationOptions { Turns = -1 }.Check());
    }

    private static LanguageModel Trained(string text, ScriptTokenizerOptions? script)
    {
        string[] tokens = script is null ? TokenizedText.Parse(text) : new ScriptTokenizer(script).Tokenize(text);
        LanguageModel model = new(TokenVocabulary.FromTokens(tokens),
            new LanguageModelOptions { EmbeddingSize = 12, HiddenSize = 16, Layers = 1, Script = script });
        int[] ids = model.Encode(string.Concat(Enumerable.Repeat(text, 4)));
        model.Train(ids, default,
            new LanguageModelTrainingOptions { BatchSize = 2, SequenceLength = 20, Epochs = 60, LearningRate = 0.02 });
        return model;
    }
}
