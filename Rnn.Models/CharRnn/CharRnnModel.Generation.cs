using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Rnn.Models.Diagnostics;
using Rnn.Models.Generation;
using Rnn.Models.Text;

namespace Rnn.Models.CharRnn;

/// <content>Writing: whole texts, several of them, or piece by piece. The generators are used again and again, and all
/// share one packed copy of the weights.</content>
public sealed partial class CharRnnModel
{
    private readonly GeneratorPool _generators;

    /// <summary>Writes new text, character by character.</summary>
    /// <param name="prime">What the text begins with; read by the model, not part of the result.</param>
    /// <param name="length">Characters (code points) to write, 0 or more.</param>
    /// <param name="sampling">How to choose; null is the model's own distribution.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="skipUnknown">Leaves characters of the prime that the vocabulary lacks out, instead of refusing
    /// them.</param>
    /// <exception cref="ArgumentException">The prime is empty, or holds a character that the vocabulary
    /// lacks.</exception>
    public string Generate(string prime, int length, SamplingOptions? sampling = null, ulong seed = 1,
        bool skipUnknown = false)
    {
        Throw.IfBelow(nameof(length), length, 0);
        return Generate(prime, new CharRnnGenerationOptions
        {
            Length = length,
            Sampling = sampling ?? new SamplingOptions(),
            Seed = seed,
            SkipUnknown = skipUnknown,
        });
    }

    /// <summary>Writes new text, until it is long enough or a stop text comes.</summary>
    /// <param name="prime">What the text begins with; read by the model, not part of the result.</param>
    /// <param name="options">How long, how chosen, from which seed.</param>
    /// <param name="cancellation">Asked before each character, read or written.</param>
    /// <exception cref="ArgumentException">The prime is empty, or holds a character that the vocabulary
    /// lacks.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public string Generate(string prime, CharRnnGenerationOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        int[] symbols = Encode(prime, options.SkipUnknown, nameof(prime));
        CharRnnGenerator generator = _generators.Rent();
        try
        {
            generator.Reset(options.Seed, options.Sampling);
            generator.Read(symbols, cancellation);
            return Write(generator, options, cancellation);
        }
        finally
        {
            _generators.Return(generator);
        }
    }

    /// <summary>
    /// Writes several texts after one prime, which is read once: text i is what Generate writes with seed Seed + i.
    /// </summary>
    /// <param name="prime">What each text begins with; read by the model, not part of the results.</param>
    /// <param name="count">How many, 0 or more. Each is written when it is asked for.</param>
    /// <param name="options">How long, how chosen, from which seed.</param>
    /// <param name="cancellation">Asked before each character, read or written.</param>
    /// <exception cref="ArgumentException">The prime is empty, or holds a character that the vocabulary
    /// lacks.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<string> GenerateSamples(string prime, int count, CharRnnGenerationOptions? options = null,
        CancellationToken cancellation = default)
    {
        Throw.IfBelow(nameof(count), count, 0);
        options ??= new CharRnnGenerationOptions();
        return Samples(Encode(prime, options.SkipUnknown, nameof(prime)), count, options, cancellation);
    }

    /// <summary>
    /// Writes what <see cref="Generate(string, CharRnnGenerationOptions, CancellationToken)"/> writes, piece by piece:
    /// each character as soon as it is certain that it belongs to no stop text.
    /// </summary>
    /// <param name="prime">What the text begins with; read by the model, not part of the result.</param>
    /// <param name="options">How long, how chosen, from which seed; null for the defaults.</param>
    /// <param name="cancellation">Asked before each character, read or written.</param>
    /// <returns>Pieces of one or more characters, each written when it is asked for, on the caller's thread.</returns>
    /// <exception cref="ArgumentException">The prime is empty, or holds a character that the vocabulary
    /// lacks.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<string> Stream(string prime, CharRnnGenerationOptions? options = null,
        CancellationToken cancellation = default)
    {
        options ??= new CharRnnGenerationOptions();
        return Pieces(Encode(prime, options.SkipUnknown, nameof(prime)), options, cancellation);
    }

    /// <summary>The same, each piece written on a thread of the thread pool: the caller's thread is free
    /// meanwhile.</summary>
    /// <inheritdoc cref="Stream"/>
    public IAsyncEnumerable<string> StreamAsync(string prime, CharRnnGenerationOptions? options = null,
        CancellationToken cancellation = default)
    {
        options ??= new CharRnnGenerationOptions();
        return PiecesAsync(Encode(prime, options.SkipUnknown, nameof(prime)), options, cancellation);
    }

    /// <summary>Looks for the most probable texts of a length, several candidates side by side: see
    /// <see cref="BeamSearch"/>.</summary>
    /// <param name="prime">What each text begins with; read by the model, not part of the results.</param>
    /// <param name="options">Length, width, and the symbol that ends a text; null is the default.</param>
    /// <param name="skipUnknown">Leaves characters of the prime that the vocabulary lacks out, instead of refusing them,
    /// which is the default.</param>
    /// <param name="cancellation">Asked before each character.</param>
    /// <returns>Up to Width texts, best first; a symbol that ends one is part of it.</returns>
    /// <exception cref="ArgumentException">The prime is empty, or holds a character that the vocabulary lacks, or an
    /// option is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<CharRnnFoundText> Search(string prime, BeamSearchOptions? options = null,
        bool skipUnknown = false, CancellationToken cancellation = default)
    {
        options ??= new BeamSearchOptions();
        options.Check();
        int[] symbols = Encode(prime, skipUnknown, nameof(prime));
        CharRnnSteps steps = new(this, options.Width);
        foreach (int symbol in symbols)
        {
            cancellation.ThrowIfCancellationRequested();
            steps.Read([symbol]);
        }

        List<CharRnnFoundText> texts = [];
        foreach (BeamSequence found in new BeamSearch(steps, options).Run(cancellation))
        {
            string text = Vocabulary.Decode([.. found.Tokens]);
            texts.Add(new CharRnnFoundText(text, found.LogProbability, found.Score, found.IsEnded));
        }

        return texts;
    }

    /// <summary>A generator that keeps its state between calls: for texts that go on, or for one character at a
    /// time.</summary>
    /// <param name="sampling">How to choose; null is the model's own distribution.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    public CharRnnGenerator CreateGenerator(SamplingOptions? sampling = null, ulong seed = 1)
    {
        CharRnnGenerator generator = new(this);
        generator.Reset(seed, sampling);
        return generator;
    }

    /// <summary>The symbols of a text that a generator or reader begins with.</summary>
    internal int[] Encode(string text, bool skipUnknown, string what)
    {
        ArgumentNullException.ThrowIfNull(text, what);
        int[] symbols = Vocabulary.Encode(text, skipUnknown);
        if (symbols.Length == 0)
            Throw.NothingToRead(what);

        return symbols;
    }

    private static string Write(CharRnnGenerator generator, CharRnnGenerationOptions options,
        CancellationToken cancellation)
    {
        GenerationRun run = new(generator, options);
        while (run.Next(cancellation))
        {
        }

        return run.Take();
    }

    private IEnumerable<string> Samples(int[] prime, int count, CharRnnGenerationOptions options,
        CancellationToken cancellation)
    {
        CharRnnGenerator reader = _generators.Rent(), writer = _generators.Rent();
        try
        {
            reader.Reset(options.Seed, options.Sampling);
            reader.Read(prime, cancellation);
            for (int i = 0; i < count; i++)
            {
                writer.Reset(unchecked(options.Seed + (ulong)i), options.Sampling);
                writer.ContinueFrom(reader);
                yield return Write(writer, options, cancellation);
            }
        }
        finally
        {
            _generators.Return(reader);
            _generators.Return(writer);
        }
    }

    private IEnumerable<string> Pieces(int[] prime, CharRnnGenerationOptions options, CancellationToken cancellation)
    {
        CharRnnGenerator generator = _generators.Rent();
        try
        {
            generator.Reset(options.Seed, options.Sampling);
            generator.Read(prime, cancellation);
            GenerationRun run = new(generator, options);
            while (run.Next(cancellation))
            {
                if (run.Take() is { Length: > 0 } piece)
                    yield return piece;
            }
        }
        finally
        {
            _generators.Return(generator);
        }
    }

    private async IAsyncEnumerable<string> PiecesAsync(int[] prime, CharRnnGenerationOptions options,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using IEnumerator<string> each = Pieces(prime, options, cancellation).GetEnumerator();
        while (true)
        {
            // Wherever the caller's loop goes on, the next piece is written on the pool.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            if (!each.MoveNext())
                yield break;

            yield return each.Current;
        }
    }
}
