using System;
using System.IO;
using System.Linq;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace Rnn.Samples.Server;

/// <summary>The web server around the models.</summary>
internal static class Serving
{
    // The page is one file: nothing is loaded from elsewhere.
    private const string Policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Answers requests until it is asked to stop; those under way are finished.</summary>
    /// <param name="url">Where to listen; port 0 takes a free one.</param>
    /// <param name="models">What answers.</param>
    /// <param name="limits">What may be asked for.</param>
    /// <param name="started">Gets the address, when it listens.</param>
    /// <param name="cancellation">Asks it to stop.</param>
    /// <exception cref="IOException">The address is in use, or is none of this machine's.</exception>
    public static async Task Run(string url, ServedModels models, Limits limits, Action<string> started,
        CancellationToken cancellation)
    {
        Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions { SuppressMeters = true });
        using IDisposable listening = MeterAdapter.StartListening();   // from the first request on, not from the first look
        using Traffic traffic = new();
        await using WebApplication app = Create(url, models, limits);
        Problems.Use(app);
        app.UseStatusCodePages();
        app.UseRequestTimeouts();
        app.UseRateLimiter();
        string page = Page();
        app.MapGet("/", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            return TypedResults.Content(page, "text/html; charset=utf-8");
        });
        app.MapHealthChecks("/health");
        app.MapMetrics();
        new Endpoints(models, limits, traffic).Map(app);

        await app.StartAsync(cancellation);
        started(app.Urls.First());
        await app.WaitForShutdownAsync(cancellation);
    }

    private static WebApplication Create(string url, ServedModels models, Limits limits)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = Limits.MaxBody;
            kestrel.AddServerHeader = false;
        });
        IServiceCollection services = builder.Services;
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = s_patience);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;   // or "promt" is no prompt
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        services.AddProblemDetails();
        services.AddRequestTimeouts();
        services.AddRateLimiter(limiter =>
        {
            limiter.OnRejected = (rejected, _) => Problems.TooMany(rejected, limits);
            limiter.AddPolicy(Endpoints.Turns, _ => System.Threading.RateLimiting.RateLimitPartition.GetConcurrencyLimiter(
                Endpoints.Turns, _ => new() { PermitLimit = limits.Concurrency, QueueLimit = limits.Queue }));
        });
        services.AddHealthChecks().AddCheck("models", () => models.Fault(CancellationToken.None) is { } fault
            ? HealthCheckResult.Unhealthy(fault)
            : HealthCheckResult.Healthy());
        return builder.Build();
    }

    private static string Page()
    {
        using StreamReader reader = new(typeof(Serving).Assembly.GetManifestResourceStream("Page.html")!);
        return reader.ReadToEnd();
    }
}
