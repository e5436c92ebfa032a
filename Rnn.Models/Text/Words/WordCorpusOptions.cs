using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Words;

/// <summary>Where a <see cref="WordCorpus"/> keeps its entries: 4 bytes each.</summary>
public enum CorpusCache
{
    /// <summary>In memory.</summary>
    Memory,

    /// <summary>In a temporary file, which nobody else sees and which ends with the corpus or the process.</summary>
    TemporaryFile,
}

/// <summary>What a word of a text is, and where its sentences end.</summary>
public enum WordTokenizer
{
    /// <summary>
    /// Words are what stands between ASCII white space (space, tab, line feed, vertical tab, form feed, return),
    /// punctuation included; a line feed ends a sentence. For texts that were cut into words before, as text8.
    /// </summary>
    WhiteSpace,

    /// <summary>
    /// Words are maximal runs of letters, marks and numbers (Unicode's categories L, M and N), within which a single
    /// apostrophe (' U+2019), hyphen (- U+2010 U+2011) or joiner (U+200C U+200D) stays: don't, well-known. All else
    /// parts words and is dropped. A line feed ends a sentence, and so does a '.', '!' or '?' right before white space
    /// (Unicode's White_Space). U+FFFD, which stands for invalid bytes, counts as a letter. For running text.
    /// </summary>
    Words,
}

/// <summary>How a text becomes a <see cref="WordCorpus"/>.</summary>
public sealed record WordCorpusOptions
{
    /// <summary>Words with fewer occurrences are unknown; 1 keeps all; default 5. No effect with a given
    /// Vocabulary.</summary>
    /// <exception cref="System.ArgumentOutOfRangeException">Negative.</exception>
    public long MinCount
    {
        get;
        init
        {
            if (value < 0)
                Throw.OptionOutside(nameof(WordCorpusOptions), nameof(MinCount), value, "0 or more");
            field = value;
        }
    } = 5;

    /// <summary>Only that many most frequent words are known; 0, the default, is all. No effect with a given
    /// Vocabulary.</summary>
    /// <exception cref="System.ArgumentOutOfRangeException">Negative.</exception>
    public int MaxVocabulary
    {
        get;
        init
        {
            if (value < 0)
                Throw.OptionOutside(nameof(WordCorpusOptions), nameof(MaxVocabulary), value, "0 (all) or more");
            field = value;
        }
    }

    /// <summary>A sentence is cut after that many words, unknown ones included; default 1,000.</summary>
    /// <exception cref="System.ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxSentenceWords
    {
        get;
        init
        {
            if (value < 1)
                Throw.OptionOutside(nameof(WordCorpusOptions), nameof(MaxSentenceWords), value, "1 or more");
            field = value;
        }
    } = 1000;

    /// <summary>
    /// Bounds the memory for counting. When more than that many different words are there, the rarest quarter or more
    /// is forgotten, with every occurrence so far, and counting goes on: a word that comes back starts anew, so rare
    /// words may be missing or counted too low (<see cref="WordCorpus.PrunedCount"/>). About 80 bytes a word. With
    /// LowerCase, The and the are two words here. With a given Vocabulary only words that it lacks are forgotten:
    /// nothing is lost. Source: ReduceVocab of word2vec.c, whose threshold rises each time.
    /// </summary>
    /// <exception cref="System.ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxDistinctWords
    {
        get;
        init
        {
            if (value < 1)
                Throw.OptionOutside(nameof(WordCorpusOptions), nameof(MaxDistinctWords), value, "1 or more");
            field = value;
        }
    } = 20_000_000;

    /// <summary>What a word is; <see cref="WordTokenizer.WhiteSpace"/> by default. No effect on sentences that are words
    /// already.</summary>
    public WordTokenizer Tokenizer { get; init; } = WordTokenizer.WhiteSpace;

    /// <summary>Turns all letters to lower case (Unicode's simple mapping, the same in any culture).</summary>
    public bool LowerCase { get; init; }

    /// <summary>
    /// The encoding of files and streams, by name: utf-8, latin1, utf-16, windows-1252 and whatever else .NET knows.
    /// Default: utf-8. Others are read strictly: a byte that the encoding lacks is an error.
    /// </summary>
    public string Encoding { get; init; } = "utf-8";

    /// <summary>
    /// The most bytes that may be no UTF-8, as a share of all bytes of the text, 0 to 1; default 0.001. More of them is
    /// another encoding, whose words would merge, and an error. Fewer become U+FFFD, and are counted
    /// (<see cref="WordCorpus.InvalidBytes"/>).
    /// </summary>
    /// <exception cref="System.ArgumentOutOfRangeException">It is not 0 to 1.</exception>
    public double MaxInvalidShare
    {
        get;
        init
        {
            if (!(value >= 0 && value <= 1))
                Throw.OptionOutside(nameof(WordCorpusOptions), nameof(MaxInvalidShare), value, "0 to 1");
            field = value;
        }
    } = 0.001;

    /// <summary>Where the entries are kept; default: in memory.</summary>
    public CorpusCache Cache { get; init; } = CorpusCache.Memory;

    /// <summary>The folder for the temporary file; null is the system's.</summary>
    public string? TemporaryFolder { get; init; }

    /// <summary>The words to know, all others being unknown; null makes a vocabulary from the text.</summary>
    public WordVocabulary? Vocabulary { get; init; }
}
