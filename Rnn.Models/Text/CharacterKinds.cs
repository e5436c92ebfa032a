using System.Globalization;

namespace Rnn.Models.Text;

/// <summary>What words are made of, by Unicode's categories.</summary>
internal static class CharacterKinds
{
    /// <summary>Category L: a letter of any script.</summary>
    public static bool IsLetter(UnicodeCategory category) => category
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter;

    /// <summary>Category M: an accent, a vowel sign.</summary>
    public static bool IsMark(UnicodeCategory category) => category
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>Category N: a digit, a Roman numeral, a fraction.</summary>
    public static bool IsNumber(UnicodeCategory category) => category
        is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;
}
