using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rnn.Samples.Common;

/// <summary>
/// What a sample prints. On a terminal there may be a bar in the last line, drawn again and again; what is shown
/// meanwhile stands above it. In a file or a pipe there are plain lines only.
/// </summary>
public static class Screen
{
    private const int UsualWidth = 80;

    private static int s_bars;

    /// <summary>Whether a person sees the output at once.</summary>
    public static bool IsTerminal => !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>Columns of a line: the terminal's, up to 80 (longer lines are hard to read), or 80.</summary>
    public static int Width => IsTerminal ? Math.Clamp(AnsiConsole.Profile.Width - 1, 40, UsualWidth) : UsualWidth;

    /// <summary>Does some work with a bar in the last line.</summary>
    /// <param name="work">Gets the bar, or null where there is no terminal.</param>
    public static T WithBar<T>(Func<ProgressTask?, T> work)
    {
        if (!IsTerminal)
            return work(null);

        Interlocked.Increment(ref s_bars);
        try
        {
            return AnsiConsole.Progress().AutoClear(true)
                .Columns(new ProgressBarColumn { Width = 16 }, new TaskDescriptionColumn { Alignment = Justify.Left })
                .Start(context => work(context.AddTask("starting")));
        }
        finally
        {
            Interlocked.Decrement(ref s_bars);
        }
    }

    /// <summary>Prints a text, above the bar if there is one.</summary>
    public static void Show(string text)
    {
        if (Volatile.Read(ref s_bars) > 0)
            AnsiConsole.Write(new AboveBar(new Text(text + "\n")));
        else
            Console.WriteLine(text);
    }

    /// <summary>Prints a sentence for the user on the error stream, or above the bar.</summary>
    public static void Warn(string text)
    {
        if (Volatile.Read(ref s_bars) > 0)
            Show(text);
        else
            Console.Error.WriteLine(text);
    }

    /// <summary>A piece of generated text under a heading, between empty lines, wrapped between words.</summary>
    public static void ShowText(string heading, string text)
    {
        string line = heading + " " + new string('-', Math.Max(0, Width - heading.Length - 1));
        Show($"\n{line}\n{Wrap(text, Width)}\n");
    }

    /// <summary>Lines of at most so many chars, broken between words where there is a space; the text's own line ends
    /// stay.</summary>
    public static string Wrap(string text, int width) =>
        string.Join('\n', text.Split('\n').Select(line => WrapLine(line, width)));

    /// <summary>Leaves the terminal as a shell expects it, where a process ends in the middle of its work.</summary>
    internal static void Restore()
    {
        if (Volatile.Read(ref s_bars) > 0)
            Console.Write("\x1b[?25h\n");   // a bar hides the cursor
    }

    private static string WrapLine(string line, int width)
    {
        StringBuilder wrapped = new(line.Length + 8);
        while (line.Length > width)
        {
            int space = line.LastIndexOf(' ', width);
            int end = space > 0 ? space : width - (char.IsHighSurrogate(line[width - 1]) ? 1 : 0);
            wrapped.Append(line.AsSpan(0, end).TrimEnd(' ')).Append('\n');
            line = line[end..].TrimStart(' ');
        }

        return wrapped.Append(line).ToString();
    }

    /// <summary>Spectre.Console writes over the bar's line without clearing it: its tail would stay beside the
    /// text.</summary>
    private sealed class AboveBar(IRenderable text) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => text.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            text.Render(options, maxWidth).Prepend(Segment.Control("\x1b[J"));
    }
}
