using System;
using System.IO;
using System.Linq;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Optimizers;

/// <summary>An optimiser that isn't the library's trains, and goes on from a checkpoint to the bit.</summary>
public sealed class OwnOptimizerTests
{
    private static readonly string s_text = string.Concat(Enumerable.Repeat("the fox sees a dog; ", 40));

    [Fact]
    public void ItTrainsAndResumesToTheBit()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "checkpoint");
        CharRnnModel whole = Model(), first = Model(), resumed = Model();
        double before = whole.Evaluate(s_text).NatsPerCharacter;
        Trainer(whole, 60).Run();
        Assert.True(whole.Evaluate(s_text).NatsPerCharacter < before - 0.5);

        Trainer<TokenWindow> trainer = Trainer(first, 25);
        trainer.Run();
        trainer.Save(path);
        trainer = Trainer(resumed, 60);
        trainer.Resume(path);
        trainer.Run();
        Bits.Same(whole.Parameters.Dense.ToArray(), resumed.Parameters.Dense, "parameters");
        Assert.Contains("lion", Assert.Throws<InvalidDataException>(
            () => Trainer(Model(), 60, layout => new Adam(layout)).Resume(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StatesHaveNames()
    {
        ParameterLayout layout = new();
        Assert.Throws<ArgumentException>("states", () => new Named(layout, "", "second"));
        Assert.Throws<ArgumentException>("states", () => new Named(layout, "first", ""));
        Assert.Throws<ArgumentException>(() => new Named(layout, "first", "first"));
    }

    private static CharRnnModel Model() => new(Vocabulary.FromText(s_text),
        new CharRnnOptions { Cell = RecurrentCell.Gru, HiddenSize = 16, Layers = 1, Dropout = 0 });

    private static Trainer<TokenWindow> Trainer(CharRnnModel model, long steps,
        Func<ParameterLayout, Optimizer>? optimizer = null) =>
        model.CreateTrainer(s_text, new CharRnnTrainingOptions
        {
            BatchSize = 4,
            SequenceLength = 20,
            Epochs = 50,
            MaxSteps = steps,
            LearningRate = 0.003,
            ValidationFraction = 0,
            Optimizer = optimizer ?? (layout => new Lion(layout)),
        });

    private sealed class Named(ParameterLayout layout, params string[] states)
        : Optimizer(layout, "named", "", ByRowUpdate.Dense, states)
    {
        protected override void Update(ParameterWriter parameters, GradientBuffer gradients, double learningRate)
        {
        }
    }

    /// <summary>For dense slots: p -= rate * sign(beta1*m + (1-beta1)*g); m = beta2*m + (1-beta2)*g. Chen et al. 2023.</summary>
    private sealed class Lion(ParameterLayout layout)
        : Optimizer(layout, "lion", "beta1=0.9 beta2=0.99", ByRowUpdate.Dense, "momentum")
    {
        protected override void Update(ParameterWriter parameters, GradientBuffer gradients, double learningRate)
        {
            foreach (ParameterSlot slot in Layout.Slots)
            {
                if (!slot.Trainable)
                    continue;

                Span<float> p = parameters[slot].Span, m = State[0][slot].Span;
                ReadOnlySpan<float> g = gradients[slot].Span;
                for (int i = 0; i < p.Length; i++)
                {
                    p[i] -= (float)learningRate * MathF.Sign((0.9f * m[i]) + (0.1f * g[i]));
                    m[i] = (0.99f * m[i]) + (0.01f * g[i]);
                }
            }
        }
    }
}
