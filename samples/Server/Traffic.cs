using System;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Rnn.Samples.Server;

/// <summary>What the server counts and times, as metrics of .NET (<see cref="Meter"/>): /metrics shows them, and
/// <c>dotnet-counters</c> and OpenTelemetry read them.</summary>
internal sealed class Traffic : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "Rnn.Server";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _requests, _characters;
    private readonly UpDownCounter<long> _active;
    private readonly Histogram<double> _seconds;

    public Traffic()
    {
        _requests = _meter.CreateCounter<long>("requests", description: "Requests that models have answered, by outcome.");
        _characters = _meter.CreateCounter<long>("characters", description: "Characters that were sent as text.");
        _active = _meter.CreateUpDownCounter<long>("active", description: "Requests that models are answering.");
        _seconds = _meter.CreateHistogram<double>("seconds", "s", "Time that a model took for a request.");
    }

    /// <summary>How a request ended.</summary>
    public enum Outcome
    {
        /// <summary>Something unexpected happened.</summary>
        Failed,

        /// <summary>It was answered.</summary>
        Answered,

        /// <summary>It was no request that can be answered.</summary>
        Refused,

        /// <summary>The client went, or the time was up.</summary>
        Cancelled,
    }

    /// <summary>A request reaches a model; dispose the result when it has left it.</summary>
    /// <param name="kind">The endpoint: "generate", ...</param>
    public Visit Begin(string kind)
    {
        _active.Add(1, new TagList { { "kind", kind } });
        return new Visit(this, kind);
    }

    /// <summary>Ends the meter.</summary>
    public void Dispose() => _meter.Dispose();

    /// <summary>A request that is being answered.</summary>
    public sealed class Visit(Traffic traffic, string kind) : IDisposable
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private bool _isOver;

        /// <summary>How it ends; <see cref="Outcome.Failed"/> if nobody says anything.</summary>
        public Outcome Outcome { get; set; }

        /// <summary>Since it began.</summary>
        public double Seconds => Stopwatch.GetElapsedTime(_start).TotalSeconds;

        /// <summary>Counts text that was sent.</summary>
        public void Sent(int characters) => traffic._characters.Add(characters);

        /// <summary>Counts and times the request, once.</summary>
        public void Dispose()
        {
            if (_isOver)
                return;

            _isOver = true;
            traffic._active.Add(-1, new TagList { { "kind", kind } });
            traffic._requests.Add(1, new TagList { { "kind", kind }, { "outcome", Outcome.ToString().ToLowerInvariant() } });
            traffic._seconds.Record(Seconds, new TagList { { "kind", kind } });
        }
    }
}
