using System.Collections.Generic;

namespace Rnn.Samples.Server;

/// <summary>An event of a generated text: a piece of it ("text"), its end ("end"), or what went wrong ("error").</summary>
/// <param name="Text">The next characters.</param>
/// <param name="Characters">At the end: how many came.</param>
/// <param name="Seed">At the end: the same request with this seed gives the same text.</param>
/// <param name="Seconds">At the end: how long it took.</param>
/// <param name="Error">One sentence.</param>
internal sealed record GenerateEvent(string? Text = null, long? Characters = null, ulong? Seed = null, double? Seconds = null,
    string? Error = null);

/// <summary>What the classifier says of one text.</summary>
/// <param name="Class">The most probable class.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="Probabilities">Of each class; they sum to 1.</param>
/// <param name="Words">Words that were read.</param>
/// <param name="UnknownWords">How many of them the model doesn't know.</param>
internal sealed record Classified(string Class, float Probability, IReadOnlyDictionary<string, float> Probabilities, int Words,
    int UnknownWords);

/// <summary>A translation.</summary>
/// <param name="Text">The target.</param>
/// <param name="Score">What targets of one source are compared by.</param>
/// <param name="IsEnded">Whether it came to its end; else it was cut.</param>
/// <param name="Alignment">Where the decoder looked, if that was asked for and the model looks.</param>
internal sealed record Translated(string Text, double Score, bool IsEnded, Looks? Alignment);

/// <summary>Where a decoder looked.</summary>
/// <param name="Source">Tokens of the source [S].</param>
/// <param name="Target">Tokens of the target and its end [T].</param>
/// <param name="Shares">[T][S]: how much of each step's attention went to each token of the source.</param>
internal sealed record Looks(IReadOnlyList<string> Source, IReadOnlyList<string> Target, IReadOnlyList<float[]> Shares);

/// <summary>The answers to the texts of a request, in their order.</summary>
/// <param name="Results">One for each text.</param>
internal sealed record Answers<T>(IReadOnlyList<T> Results);

/// <summary>GET /models.</summary>
/// <param name="Text">What writes.</param>
/// <param name="Sentiment">What classifies.</param>
/// <param name="Translation">What translates.</param>
/// <param name="Prompts">What the models may be tried with, by endpoint.</param>
/// <param name="Limits">What a request may ask for.</param>
internal sealed record ModelsAnswer(string Text, string Sentiment, string Translation, IReadOnlyDictionary<string, string> Prompts,
    Limits Limits);
