using System;
using System.IO;

namespace Rnn.Models.Data;

/// <summary>
/// A download failed: no connection, an HTTP status other than success, a timeout, a body that is too long, too short
/// or has the wrong sha256. The message is written for the user; nothing was saved.
/// </summary>
public sealed class DownloadException : IOException
{
    /// <summary>A failure without explanation.</summary>
    public DownloadException()
    {
    }

    /// <summary>A failure with its explanation.</summary>
    /// <param name="message">What was expected, what came, what to do.</param>
    public DownloadException(string message)
        : base(message)
    {
    }

    /// <summary>A failure with its explanation and its cause.</summary>
    /// <param name="message">What was expected, what came, what to do.</param>
    /// <param name="innerException">The cause; may be null.</param>
    public DownloadException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
