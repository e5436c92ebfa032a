using System;
using System.IO;
using Rnn.Models.CharRnn;
using Rnn.Samples.Common;

namespace Rnn.Samples.CharRnn;

/// <summary>Lines that are typed, each continued by the model.</summary>
internal static class Conversation
{
    /// <summary>Until an empty line or the end of the input; line i is continued with seed Seed + i.</summary>
    public static void Run(CharRnnModel model, CharRnnGenerationOptions options, bool skipUnknown, TextOutput output)
    {
        bool isPerson = !Console.IsInputRedirected && !Console.IsOutputRedirected;
        if (isPerson)
            output.Write("Begin a text, and the model goes on; an empty line ends.\n");

        while (true)
        {
            output.Write(isPerson ? "> " : "");
            string? line = Console.ReadLine();
            if (string.IsNullOrEmpty(line))
                return;

            try
            {
                string prime = Known.Text(line, "The line", model, skipUnknown);
                output.Write(prime);
                output.WriteText(model.Stream(prime, options));
                output.Write("\n");
                options = options with { Seed = unchecked(options.Seed + 1) };
            }
            catch (InvalidDataException e)
            {
                Screen.Warn(e.Message);   // the next line may be better
            }
        }
    }
}
