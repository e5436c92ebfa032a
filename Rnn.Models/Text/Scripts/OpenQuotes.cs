using System;

namespace Rnn.Models.Text.Scripts;

/// <summary>Which quotation marks of a turn have been opened and not closed.</summary>
[Flags]
internal enum OpenQuotes
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A straight single one, which is an apostrophe too.</summary>
    Single = 1,

    /// <summary>A curly single one, whose closing form is an apostrophe too.</summary>
    Curly = 2,

    /// <summary>A straight double one.</summary>
    Double = 4,
}
