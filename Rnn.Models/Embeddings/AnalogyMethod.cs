
namespace Rnn.Models.Embeddings;

/// <summary>
/// How a : b = c : ? is answered. Source: Levy and Goldberg, "Linguistic regularities in sparse and explicit word
/// representations", CoNLL 2014.
/// </summary>
public enum AnalogyMethod
{
    /// <summary>3CosAdd: the x with the largest cos(x, b) - cos(x, a) + cos(x, c).</summary>
    CosAdd,

    /// <summary>
    /// 3CosMul: the x with the largest s(x, b) * s(x, c) / (s(x, a) + 0.001), where s = (1 + cos) / 2.
    /// </summary>
    CosMul,
}
