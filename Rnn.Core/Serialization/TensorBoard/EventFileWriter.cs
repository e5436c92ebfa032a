using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using System.Numerics;
using System.Text;
using System.Threading;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization.TensorBoard;

/// <summary>
/// An event file, which TensorBoard shows: scalars over steps, histograms, texts. Records are appended, each with its
/// length and checksums, so that a file whose writer was killed is whole up to its last record; TensorBoard reads all
/// files of a folder together, and a run that goes on adds one. Source: TensorFlow's tfrecord format and the messages
/// Event, Summary and HistogramProto.
/// </summary>
public sealed class EventFileWriter : IDisposable
{
    private const string FileVersion = "brain.Event:2", TextPlugin = "text";
    private const int Buckets = 64, StringType = 7;   // TensorFlow's DT_STRING
    private const uint MaskDelta = 0xA282EAD8;

    // Field numbers of the messages.
    private const int EventTime = 1, EventStep = 2, EventVersion = 3, EventSummary = 5;
    private const int SummaryValue = 1, ValueTag = 1, ValueScalar = 2, ValueHistogram = 5, ValueTensor = 8, ValueMetadata = 9;

    private static int s_files;   // of this process, for names

    private readonly FileStream _stream;
    private readonly MemoryStream _record = new();
    private readonly TimeProvider _clock;

    /// <summary>Makes a file in a folder, which is made where there is none.</summary>
    /// <param name="directory">Where TensorBoard is to look (--logdir).</param>
    /// <param name="clock">What is written as the time of each event; null is the system's.</param>
    /// <exception cref="IOException">The folder or the file can't be written.</exception>
    public EventFileWriter(string directory, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _clock = clock ?? TimeProvider.System;
        string name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{(long)Now()}.{Environment.MachineName}."
            + $"{Environment.ProcessId}.{Interlocked.Increment(ref s_files)}");
        Path = System.IO.Path.Combine(directory, name);
        try
        {
            Directory.CreateDirectory(directory);
            _stream = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Throw.CannotWriteEvents(directory, e);
        }

        ProtobufMessage first = new();
        first.Add(EventTime, Now());
        first.Add(EventVersion, FileVersion);
        Write(first);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Adds a point of a curve.</summary>
    /// <param name="tag">The curve's name; what stands before a slash is its group.</param>
    /// <param name="step">Where.</param>
    /// <param name="value">Any number; NaN and infinity are shown as such.</param>
    /// <exception cref="IOException">The disk is full, say.</exception>
    public void AddScalar(string tag, long step, double value)
    {
        ProtobufMessage one = Tagged(tag);
        one.Add(ValueScalar, (float)value);
        Write(step, one);
    }

    /// <summary>Adds how many values lie where: 64 intervals of one width between the least and the largest.</summary>
    /// <param name="tag">The histogram's name.</param>
    /// <param name="step">Where.</param>
    /// <param name="values">Those that are not finite are left out.</param>
    /// <exception cref="IOException">The disk is full, say.</exception>
    public void AddHistogram(string tag, long step, ReadOnlySpan<float> values)
    {
        double least = double.MaxValue, most = double.MinValue, sum = 0, squares = 0;
        long count = 0;
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                continue;

            (least, most) = (Math.Min(least, value), Math.Max(most, value));
            sum += value;
            squares += (double)value * value;
            count++;
        }

        if (count == 0)
            (least, most) = (0, 0);

        int buckets = most > least ? Buckets : 1;
        Span<double> limits = stackalloc double[Buckets], counts = stackalloc double[Buckets];
        counts.Clear();
        for (int k = 0; k < buckets; k++)
            limits[k] = k == buckets - 1 ? most : least + ((k + 1) * (most - least) / buckets);

        foreach (float value in values)
        {
            if (float.IsFinite(value))
                counts[buckets == 1 ? 0 : Math.Min(buckets - 1, (int)((value - least) / (most - least) * buckets))]++;
        }

        ProtobufMessage histogram = new();
        ReadOnlySpan<double> totals = [least, most, count, sum, squares];
        for (int i = 0; i < totals.Length; i++)
            histogram.Add(i + 1, totals[i]);

        histogram.Add(6, limits[..buckets]);
        histogram.Add(7, counts[..buckets]);
        ProtobufMessage one = Tagged(tag);
        one.Add(ValueHistogram, histogram);
        Write(step, one);
    }

    /// <summary>Adds a text, which TensorBoard reads as Markdown.</summary>
    /// <param name="tag">The text's name.</param>
    /// <param name="step">Where.</param>
    /// <param name="text">Half a surrogate pair, where a text was cut, becomes U+FFFD.</param>
    /// <exception cref="IOException">The disk is full, say.</exception>
    public void AddText(string tag, long step, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ProtobufMessage plugin = new(), metadata = new(), size = new(), shape = new(), tensor = new();
        plugin.Add(1, TextPlugin);
        metadata.Add(1, plugin);
        size.Add(1, 1);
        shape.Add(2, size);
        tensor.Add(1, StringType);
        tensor.Add(2, shape);
        tensor.Add(8, Encoding.UTF8.GetBytes(text).AsSpan());
        ProtobufMessage one = Tagged(tag);
        one.Add(ValueTensor, tensor);
        one.Add(ValueMetadata, metadata);
        Write(step, one);
    }

    /// <summary>Hands everything to the operating system, so that TensorBoard sees it.</summary>
    /// <exception cref="IOException">The disk is full, say.</exception>
    public void Flush()
    {
        try
        {
            _stream.Flush();
        }
        catch (IOException e)
        {
            throw Throw.CannotWriteEvents(Path, e);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private static ProtobufMessage Tagged(string tag)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        ProtobufMessage one = new();
        one.Add(ValueTag, tag);
        return one;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte one in bytes)
            crc = BitOperations.Crc32C(crc, one);

        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + MaskDelta;
    }

    private double Now() => (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    private void Write(long step, ProtobufMessage value)
    {
        ProtobufMessage summary = new(), one = new();
        summary.Add(SummaryValue, value);
        one.Add(EventTime, Now());
        one.Add(EventStep, step);
        one.Add(EventSummary, summary);
        Write(one);
    }

    // Length, its checksum, the bytes, theirs.
    private void Write(ProtobufMessage message)
    {
        _record.SetLength(0);
        message.WriteTo(_record);
        ReadOnlySpan<byte> bytes = _record.GetBuffer().AsSpan(0, (int)_record.Length);
        Span<byte> head = stackalloc byte[sizeof(ulong) + sizeof(uint)], tail = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[sizeof(ulong)..], Masked(head[..sizeof(ulong)]));
        BinaryPrimitives.WriteUInt32LittleEndian(tail, Masked(bytes));
        try
        {
            _stream.Write(head);
            _stream.Write(bytes);
            _stream.Write(tail);
        }
        catch (IOException e)
        {
            throw Throw.CannotWriteEvents(Path, e);
        }
    }
}
