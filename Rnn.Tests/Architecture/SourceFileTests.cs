using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>The reader that the rules rest on: a rule that sees nothing passes everything.</summary>
public class SourceFileTests
{
    [Fact]
    public void CommentsAndLiteralsAreGone()
    {
        SourceFile file = new("Rnn.Core/Layers/A.B.cs", """
            using System;   // using Rnn.Core.No1;
            using static Rnn.Core.Kernels.Gemm;
            using Map = Rnn.Core.Tensors.Shape;

            namespace Rnn.Core.Layers;

            /* using Rnn.Core.No2; "
               still */
            class A { string s = "using \" No3"; char c = '"'; string v = @"No4 \"; string t = $"No5 {1}"; int yes; }
            """);
        Assert.Equal(["System", "Rnn.Core.Kernels.Gemm", "Rnn.Core.Tensors.Shape"], file.Usings);
        Assert.Equal("Rnn.Core.Layers", file.Namespace);
        Assert.Equal(("Rnn.Core", "Layers", "A"), (file.Project, file.Folder, file.Name));
        Assert.DoesNotContain("No", file.Code);
        Assert.Contains("int yes", file.Code);
        Assert.Equal(9, file.Lines);
        Assert.Equal(file.Text.Split('\n').Length, file.Code.Split('\n').Length);
    }
}
