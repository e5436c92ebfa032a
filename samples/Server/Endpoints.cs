using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Rnn.Models.Sentiment;

namespace Rnn.Samples.Server;

/// <summary>What the server answers.</summary>
internal sealed class Endpoints(ServedModels models, Limits limits, Traffic traffic)
{
    /// <summary>The policy by which requests of models wait for their turn.</summary>
    public const string Turns = "models";

    // A piece is sent as soon as it is written, but not more often than people see.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Adds them to a program.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/models", Models);
        RouteGroupBuilder group = routes.MapGroup("").RequireRateLimiting(Turns)
            .WithMetadata(new RequestTimeoutAttribute(limits.Timeout * 1000));
        group.MapPost("/generate", Generate);
        group.MapPost("/classify", Classify);
        group.MapPost("/translate", Translate);
    }

    private ModelsAnswer Models() => new(models.Writer.Description, models.SentimentDescription, models.TranslationDescription,
        models.Prompts, limits);

    private ServerSentEventsResult<GenerateEvent> Generate(GenerateRequest request, HttpContext context)
    {
        // What can't be written is refused here, while there still is a status to say so with.
        ulong seed = request.Seed ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        Traffic.Visit visit = traffic.Begin("generate");
        context.Response.RegisterForDispose(visit);
        IEnumerable<string> pieces = Counted(visit, () =>
        {
            limits.Checked(request.Prompt, "prompt");
            limits.CheckedLength(request.Length);
            return models.Writer.Write(request, seed, context.RequestAborted);
        }, Traffic.Outcome.Cancelled);   // unless it comes to its end
        return TypedResults.ServerSentEvents(Events(pieces, seed, visit, context.RequestAborted));
    }

    private Answers<Classified> Classify(ClassifyRequest request, CancellationToken cancellation)
    {
        using Traffic.Visit visit = traffic.Begin("classify");
        return Counted(visit, () => new Answers<Classified>(
            [.. models.Sentiment.Predict(limits.Checked(request.Texts), cancellation).Select(Said)]));
    }

    private Answers<Translated> Translate(TranslateRequest request, CancellationToken cancellation)
    {
        using Traffic.Visit visit = traffic.Begin("translate");
        return Counted(visit, () =>
        {
            limits.Checked(request.Texts);
            Limits.CheckedWidth(request.Width);
            return new Answers<Translated>(models.Translators.Translate(request, cancellation));
        });
    }

    private Classified Said(SentimentPrediction prediction)
    {
        Dictionary<string, float> all = [];
        for (int k = 0; k < models.Sentiment.Classes.Count; k++)
            all.Add(models.Sentiment.Classes[k], prediction.Probabilities[k]);

        return new Classified(prediction.Class, prediction.Probability, all, prediction.Words, prediction.UnknownWords);
    }

    private static async IAsyncEnumerable<SseItem<GenerateEvent>> Events(IEnumerable<string> pieces, ulong seed,
        Traffic.Visit visit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long characters = 0;
        StringBuilder text = new();
        using IEnumerator<string> each = pieces.GetEnumerator();
        for (bool isMore = true; isMore;)
        {
            // Wherever the last piece was sent, the next one is written on the pool.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            isMore = Counted(visit, () => Next(each, text), Traffic.Outcome.Cancelled);
            if (text.Length == 0)
                continue;

            visit.Sent(text.Length);
            characters += text.Length;
            yield return new SseItem<GenerateEvent>(new GenerateEvent(text.ToString()), "text");
            text.Clear();
            cancellation.ThrowIfCancellationRequested();
        }

        visit.Outcome = Traffic.Outcome.Answered;
        yield return new SseItem<GenerateEvent>(
            new GenerateEvent(Characters: characters, Seed: seed, Seconds: visit.Seconds), "end");
    }

    // What is written in one pause; whether there may be more.
    private static bool Next(IEnumerator<string> pieces, StringBuilder text)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < s_pause)
        {
            if (!pieces.MoveNext())
                return false;

            text.Append(pieces.Current);
        }

        return true;
    }

    private static T Counted<T>(Traffic.Visit visit, Func<T> answer, Traffic.Outcome then = Traffic.Outcome.Answered)
    {
        try
        {
            T result = answer();
            visit.Outcome = then;
            return result;
        }
        catch (Exception e)
        {
            visit.Outcome = e is ArgumentException ? Traffic.Outcome.Refused
                : e is OperationCanceledException ? Traffic.Outcome.Cancelled
                : Traffic.Outcome.Failed;
            throw;
        }
    }
}
