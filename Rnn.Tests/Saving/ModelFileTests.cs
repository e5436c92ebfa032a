using System.IO;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Models.CharRnn;
using Rnn.Models.Saving;
using Rnn.Models.Text;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Saving;

public class ModelFileTests
{
    [Fact]
    public void TheFormatOfAModelIsKnownBeforeItIsLoaded()
    {
        using TemporaryFolder folder = new();
        string model = Path.Combine(folder.Path, "model"), tensors = Path.Combine(folder.Path, "tensors");
        new CharRnnModel(Vocabulary.FromText("ab"), new CharRnnOptions { HiddenSize = 2, Layers = 1, Dropout = 0 }).Save(model);
        Assert.Equal(CharRnnModel.Format.Name, ModelFile.FormatOf(model));
        new SafetensorsWriter().Save(tensors);
        Assert.Null(ModelFile.FormatOf(tensors));
        File.WriteAllText(tensors, "no tensors");
        Assert.Throws<InvalidDataException>(() => ModelFile.FormatOf(tensors));
        Assert.Throws<FileNotFoundException>(() => ModelFile.FormatOf(tensors + "2"));
    }
}
