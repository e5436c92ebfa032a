
namespace Rnn.Models.Embeddings.Files;

/// <summary>How words and vectors lie in a file.</summary>
public enum WordVectorsFormat
{
    /// <summary>
    /// A line "V D", then a line a word: the word and D numbers, between spaces. Also what fastText calls .vec.
    /// </summary>
    Word2VecText,

    /// <summary>
    /// A line "V D", then for each word its bytes, a space, D little-endian floats and (not from all writers) a line
    /// end.
    /// </summary>
    Word2VecBinary,

    /// <summary>As <see cref="Word2VecText"/>, without the first line.</summary>
    GloVeText,
}
