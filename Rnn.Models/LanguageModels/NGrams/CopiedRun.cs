namespace Rnn.Models.LanguageModels.NGrams;

/// <summary>A run of tokens that stands in both texts.</summary>
/// <param name="Length">Tokens; 0 if there is none.</param>
/// <param name="Position">Of the first, in the generated text.</param>
/// <param name="TrainingPosition">Of the first, in the training text: one place of possibly several.</param>
public readonly record struct CopiedRun(int Length, int Position, int TrainingPosition);
