using System;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Linq;

namespace Rnn.Samples.Common;

/// <summary>Adds examples below the help of a command line.</summary>
public static class ExampleHelp
{
    public static void AddTo(RootCommand root, string examples)
    {
        ArgumentNullException.ThrowIfNull(root);
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new WithExamples((SynchronousCommandLineAction)help.Action!, examples);
    }

    private sealed class WithExamples(SynchronousCommandLineAction help, string examples) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int exitCode = help.Invoke(parseResult);
            Console.WriteLine(examples);
            return exitCode;
        }
    }
}
