using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Rnn.Models.Diagnostics;
using Rnn.Models.Generation;
using Rnn.Models.LanguageModels;
using Rnn.Models.Text.Scripts;

namespace Rnn.Models.ScriptGeneration;

/// <summary>
/// Writes scenes with a <see cref="LanguageModel"/>, one step a word: the words of a script become well-formed text again,
/// with capitals, blanks, and speakers on lines of their own (<see cref="ScriptTokenizer"/>). Any number of threads may use
/// one generator, as long as nobody trains the model meanwhile.
/// </summary>
/// <param name="model">What writes.</param>
public sealed class ScriptGenerator(LanguageModel model)
{
    private readonly LanguageModel _model = model ?? throw new ArgumentNullException(nameof(model));

    /// <summary>The names of speakers that the model knows, the most frequent first, without their colons; none where its
    /// texts have no speakers.</summary>
    public IReadOnlyList<string> Speakers { get; } = model.Options.Script is not { Speakers: true } ? []
        : [.. model.Vocabulary.Tokens.Where(ScriptState.IsName).Select(token => token[..^1])];

    /// <summary>Writes new text after a prime.</summary>
    /// <param name="prime">What the text begins with; read by the model, not part of the result. If it is empty, the model
    /// begins where a turn has ended. Words that it doesn't know are read as unknown.</param>
    /// <param name="options">How long, how chosen, from which seed; null for the defaults.</param>
    /// <param name="cancellation">Asked before each token.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a speaker is unknown.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public string Generate(string prime, ScriptGenerationOptions? options = null, CancellationToken cancellation = default)
    {
        StringBuilder text = new();
        foreach (string piece in Stream(prime, options, cancellation))
            text.Append(piece);

        return text.ToString();
    }

    /// <summary>The same, piece by piece: each token's text as soon as it is chosen.</summary>
    /// <inheritdoc cref="Generate"/>
    /// <returns>Pieces of one or more characters, each written when it is asked for, on the caller's thread.</returns>
    public IEnumerable<string> Stream(string prime, ScriptGenerationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prime);
        options ??= new ScriptGenerationOptions();
        options.Check();
        return Pieces(TokensOf(prime), Never(options), options, cancellation);
    }

    /// <summary>The tokens of new text, for those who count them: what Generate writes.</summary>
    /// <inheritdoc cref="Generate"/>
    public int[] GenerateTokens(string prime, ScriptGenerationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prime);
        options ??= new ScriptGenerationOptions();
        options.Check();
        return [.. Tokens(TokensOf(prime), Never(options), options, cancellation)];
    }

    /// <summary>Looks for the most probable texts, several candidates side by side: see <see cref="BeamSearch"/>.</summary>
    /// <param name="prime">As Generate's.</param>
    /// <param name="options">Length and width; a text ends at EndToken; null is the default, without one.</param>
    /// <param name="allowUnknown">Whether the token of unknown words may be written; false by default.</param>
    /// <param name="cancellation">Asked before each token.</param>
    /// <returns>Up to Width texts, best first.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<FoundScript> Search(string prime, BeamSearchOptions? options = null, bool allowUnknown = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prime);
        options ??= new BeamSearchOptions();
        options.Check();
        LanguageModelSteps steps = new(_model, options.Width)
        {
            Never = Never(new ScriptGenerationOptions { AllowUnknown = allowUnknown }),
        };
        int[] before = TokensOf(prime);
        foreach (int token in before)
        {
            cancellation.ThrowIfCancellationRequested();
            steps.Read([token]);
        }

        List<FoundScript> texts = [];
        foreach (BeamSequence found in new BeamSearch(steps, options).Run(cancellation))
        {
            TokenText text = After(before);
            foreach (int token in found.Tokens)
                text.Append(_model.Vocabulary[token]);

            texts.Add(new FoundScript(text.Take(), found.LogProbability, found.Score, found.IsEnded));
        }

        return texts;
    }

    private IEnumerable<string> Pieces(int[] prime, int[] never, ScriptGenerationOptions options,
        CancellationToken cancellation)
    {
        TokenText text = After(prime);
        foreach (int token in Tokens(prime, never, options, cancellation))
        {
            text.Append(_model.Vocabulary[token]);
            if (text.Take() is { Length: > 0 } piece)
                yield return piece;
        }
    }

    private IEnumerable<int> Tokens(int[] prime, int[] never, ScriptGenerationOptions options,
        CancellationToken cancellation)
    {
        TokenGenerator<LanguageModelSteps> generator =
            new(new LanguageModelSteps(_model, 1, options.Cache) { Never = never });
        generator.Reset(options.Seed, options.Sampling);
        generator.Read(prime, cancellation);
        int turns = 0, end = EndOfTurn();
        for (int i = 0; i < options.Length && (options.Turns == 0 || turns < options.Turns); i++)
        {
            cancellation.ThrowIfCancellationRequested();
            int token = generator.Next();
            turns += token == end ? 1 : 0;
            yield return token;
        }
    }

    // What the prime leaves of sentences and speakers, so that the text goes on as it should.
    private TokenText After(int[] prime)
    {
        TokenText text = TokenText.For(_model.Options);
        foreach (int token in prime)
            text.Append(_model.Vocabulary[token]);

        text.Take();
        return text;
    }

    private int[] TokensOf(string prime)
    {
        int[] tokens = _model.Encode(prime);
        if (_model.Options.Script is null && tokens.Length > 0 && !prime.EndsWith('\n'))
            tokens = tokens[..^1];   // the line goes on

        return tokens.Length > 0 ? tokens : [Math.Max(0, EndOfTurn())];
    }

    // The token that a turn ends with; -1 if the model knows none.
    private int EndOfTurn()
    {
        string[] ends = _model.Options.Script is null
            ? [TokenizedText.EndOfLine]
            : [ScriptTokenizer.Turn, ScriptTokenizer.Line];
        foreach (string end in ends)
        {
            if (_model.Vocabulary.TryGetId(end, out int id))
                return id;
        }

        return -1;
    }

    private int[] Never(ScriptGenerationOptions options)
    {
        List<int> never = options.AllowUnknown ? [] : [_model.Vocabulary.UnknownId];
        if (options.Speakers.Count == 0)
            return [.. never];

        HashSet<string> allowed = new(StringComparer.OrdinalIgnoreCase);
        foreach (string speaker in options.Speakers)
        {
            string name = speaker.TrimEnd(':', ' ');
            if (!Speakers.Contains(name, StringComparer.OrdinalIgnoreCase))
                Throw.UnknownSpeaker(nameof(options), speaker, Speakers);

            allowed.Add(name + ":");
        }

        for (int id = 0; id < _model.Vocabulary.Count; id++)
        {
            string token = _model.Vocabulary[id];
            if (ScriptState.IsName(token) && !allowed.Contains(token))
                never.Add(id);
        }

        return [.. never];
    }
}
