using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Logging;
using Rnn.Samples.Common;

namespace Rnn.Samples.Server;

/// <summary>What goes wrong, as problem details (RFC 9457) with one sentence for people.</summary>
internal static partial class Problems
{
    private const int ClientClosedRequest = 499;   // nobody reads it; nginx's number in logs

    /// <summary>Turns exceptions of all that follows into answers.</summary>
    public static void Use(WebApplication app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            (int status, string detail) = Of(e, context);
            if (status >= StatusCodes.Status500InternalServerError && e is not OperationCanceledException)
                Failed(app.Logger, e, context.Request.Path);

            await Write(context, status, detail);
        }
        catch (OperationCanceledException)
        {
            context.Abort();   // in the middle of a text: the client has gone, or the time is up
        }
    });

    /// <summary>Says that too many requests wait already.</summary>
    public static ValueTask TooMany(OnRejectedContext rejected, Limits limits)
    {
        rejected.HttpContext.Response.Headers.RetryAfter = "1";
        string detail = FormattableString.Invariant(
            $"{limits.Concurrency} requests are being answered and {limits.Queue} wait; try again in a second.");
        return new ValueTask(Write(rejected.HttpContext, StatusCodes.Status503ServiceUnavailable, detail));
    }

    [LoggerMessage(LogLevel.Error, "{Path} failed")]
    private static partial void Failed(ILogger logger, Exception e, string path);

    private static (int Status, string Detail) Of(Exception e, HttpContext context) => e switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (StatusCodes.Status413PayloadTooLarge,
            FormattableString.Invariant($"The request has more than {Limits.MaxBody} bytes. Send it in parts.")),
        BadHttpRequestException bad => (bad.StatusCode, ErrorMessage.Sentence(
            $"The body is not the JSON that is expected: {(bad.InnerException ?? bad).Message}")),
        ArgumentException => (StatusCodes.Status400BadRequest, ErrorMessage.Of(e)),
        OperationCanceledException when context.RequestAborted.IsCancellationRequested => (ClientClosedRequest, "Cancelled."),
        OperationCanceledException => (StatusCodes.Status504GatewayTimeout, "The request took too long and was given up."),
        _ => (StatusCodes.Status500InternalServerError, "Something went wrong in the server; its log says what."),
    };

    private static Task Write(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new ProblemDetails { Status = status, Detail = detail }, options: null,
            contentType: "application/problem+json");
    }
}
