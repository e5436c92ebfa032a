namespace Rnn.Samples.MutationCheck;

/// <summary>What became of a mutant.</summary>
internal enum Fate
{
    /// <summary>The compiler refused it.</summary>
    NotCompiling,

    /// <summary>A gradient check failed.</summary>
    KilledByGradient,

    /// <summary>Another test failed.</summary>
    KilledByTest,

    /// <summary>It crashed, or came to no end.</summary>
    Stopped,

    /// <summary>Nothing failed, and it is known to make no difference.</summary>
    Equivalent,

    /// <summary>Nothing failed.</summary>
    Survived,
}

/// <summary>A mutant and what became of it.</summary>
/// <param name="Mutant">Which.</param>
/// <param name="Fate">What became of it.</param>
/// <param name="By">What failed; where nothing did, why it makes no difference, or how many tests pass with it.</param>
internal sealed record MutantResult(Mutant Mutant, Fate Fate, string By);
