using System;
using System.Collections.Generic;

namespace Rnn.Models.Embeddings.Evaluation;

/// <summary>Questions of one kind.</summary>
/// <param name="Name">For example "family".</param>
/// <param name="Questions">In the order of the file.</param>
public sealed record WordAnalogySection(string Name, IReadOnlyList<WordAnalogyQuestion> Questions)
{
    /// <summary>Whether the questions are about grammar: the name begins with "gram".</summary>
    public bool IsSyntactic => Name.StartsWith("gram", StringComparison.Ordinal);
}
