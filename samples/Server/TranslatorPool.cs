using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rnn.Models.Translation;

namespace Rnn.Samples.Server;

/// <summary>
/// Translators of one model: each serves one request at a time and is used again, so that there are never more than
/// requests are answered at once.
/// </summary>
internal sealed class TranslatorPool(TranslationModel model)
{
    private readonly ConcurrentBag<Translator>[] _free =
        [.. Enumerable.Range(0, Limits.MaxWidth).Select(_ => new ConcurrentBag<Translator>())];

    /// <summary>Whose parameters are read.</summary>
    public TranslationModel Model => model;

    /// <summary>The best target of each source.</summary>
    /// <param name="request">Its limits are checked.</param>
    /// <param name="cancellation">Asked before each token.</param>
    /// <exception cref="ArgumentException">A source is empty or too long.</exception>
    public IReadOnlyList<Translated> Translate(TranslateRequest request, CancellationToken cancellation)
    {
        ConcurrentBag<Translator> free = _free[request.Width - 1];
        if (!free.TryTake(out Translator? translator))
            translator = new Translator(model, new TranslatorOptions { Width = request.Width });

        IReadOnlyList<TranslatedText> found = translator.TranslateAll(request.Texts!, null, cancellation);
        Translator finished = translator;
        List<Translated> answers = [.. found.Select(text =>
            new Translated(text.Text, text.Score, text.IsEnded, request.Alignment ? LooksOf(finished, text) : null))];
        free.Add(translator);   // not after an exception, in the middle of a search: then a new one is made
        return answers;
    }

    private static Looks? LooksOf(Translator translator, TranslatedText text)
    {
        TranslationAlignment alignment = translator.Align(text);
        return alignment.Layers == 0 ? null : new Looks(alignment.Source, alignment.Target,
            [.. Enumerable.Range(0, alignment.Target.Count).Select(alignment.MeanShares)]);
    }
}
