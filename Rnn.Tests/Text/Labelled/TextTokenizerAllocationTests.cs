using System.Collections.Generic;
using Rnn.Models.Text.Labelled;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text.Labelled;

[Collection("Alone")]
public class TextTokenizerAllocationTests
{
    [Fact]
    public void WordsThatCameBeforeAllocateNothing()
    {
        TextTokenizer tokenizer = new();
        List<string> tokens = new(100);
        Assert.Equal(0, Allocations.Of100(() =>
        {
            tokens.Clear();
            tokenizer.Tokenize("This film isn't <br /> good. The actors can t act, and it's long!", tokens);
        }));
    }
}
