using System.Collections.Generic;
using Rnn.Models.Text.Scripts;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text.Scripts;

[Collection("Alone")]
public class ScriptAllocationTests
{
    [Fact]
    public void TokensThatCameBeforeAllocateNothing()
    {
        ScriptTokenizer tokenizer = new();
        List<string> tokens = new(100);
        Assert.Equal(0, Allocations.Of100(() =>
        {
            tokens.Clear();
            tokenizer.Tokenize("First Citizen:\nBefore we proceed any further, hear me speak: 'tis a caf\u00E9!\n\nAll:\n(Speak.)", tokens);
        }));
    }
}
