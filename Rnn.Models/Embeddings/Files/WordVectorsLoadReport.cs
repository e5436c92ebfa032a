
namespace Rnn.Models.Embeddings.Files;

/// <summary>What was met while a file of word vectors was read.</summary>
public sealed record WordVectorsLoadReport
{
    /// <summary>The format that the file had.</summary>
    public required WordVectorsFormat Format { get; init; }

    /// <summary>Whether the file was compressed by gzip.</summary>
    public required bool IsCompressed { get; init; }

    /// <summary>V of the first line; null where the format has none.</summary>
    public required long? DeclaredWords { get; init; }

    /// <summary>Words that were read, duplicates included.</summary>
    public required long Rows { get; init; }

    /// <summary>Words that had been there before, and were left out: the first one counts.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Rows that were skipped for <see cref="WordVectorsLoadOptions.SkipOddRows"/>; else 0.</summary>
    public required long SkippedRows { get; init; }

    /// <summary>Words that were no valid UTF-8; what is invalid in them became U+FFFD.</summary>
    public required long InvalidWords { get; init; }
}
