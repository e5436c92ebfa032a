using System;
using System.Linq;

namespace Rnn.Samples.CharRnn;

/// <summary>Books of Project Gutenberg end with its licence, in another language than the book's.</summary>
internal static class GutenbergText
{
    private static readonly string[] s_markers =
    [
        "End of the Project Gutenberg EBook",
        "End of Project Gutenberg's",
        "*** END OF THIS PROJECT GUTENBERG EBOOK",
        "*** END OF THE PROJECT GUTENBERG EBOOK",
    ];

    /// <summary>The text up to the line that ends the book, or null if there is no such line.</summary>
    public static string? WithoutLicence(string text)
    {
        int marker = s_markers.Select(m => text.LastIndexOf(m, StringComparison.Ordinal)).Where(i => i >= 0)
            .DefaultIfEmpty(-1).Min();
        return marker < 0 ? null : text[..(text.LastIndexOf('\n', marker) + 1)];
    }
}
