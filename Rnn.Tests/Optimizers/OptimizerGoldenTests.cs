using System;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Xunit;

namespace Rnn.Tests.Optimizers;

/// <summary>
/// Against PyTorch 1.13. Dense, four steps:
/// <code>
/// p = torch.nn.Parameter(torch.tensor([math.sin(i + 1) for i in range(5)]))
/// opt = torch.optim.Adam([p], 0.01)
/// for t in range(4):
///     p.grad = torch.tensor([math.cos(2 * t + 3 * i) for i in range(5)])
///     opt.step()
/// print(p)
/// </code>
/// By rows, five steps:
/// <code>
/// p = torch.nn.Parameter(torch.tensor([math.sin(i + 1) for i in range(8)]).reshape(4, 2))
/// opt = torch.optim.SparseAdam([p], 0.01)
/// for t in range(5):
///     rows = [(2 * t + 1) % 3, 3] if t % 2 == 0 else [(2 * t + 1) % 3]
///     v = torch.tensor([[math.cos(2 * t + 3 * r + j) for j in range(2)] for r in rows])
///     p.grad = torch.sparse_coo_tensor([rows], v, (4, 2))
///     opt.step()
/// print(p)
/// </code>
/// </summary>
public class OptimizerGoldenTests
{
    // torch.optim.SGD([p], 0.1); the same with weight_decay=0.3;
    // SGD([p], 0.05, momentum=0.9, weight_decay=0.1); SGD([p], 0.05, momentum=0.8, nesterov=True, weight_decay=0.1)
    [Fact]
    public void Sgd()
    {
        Check(l => new Sgd(l), 0.1f, [0.752433002, 0.995653212, 0.0591747314, -0.680907905, -1.0272491]);
        Check(l => new Sgd(l, weightDecay: 0.3), 0.1f,
            [0.66022259, 0.886643112, 0.0479950197, -0.599305391, -0.911949337]);
        Check(l => new Sgd(l, 0.9, weightDecay: 0.1), 0.05f,
            [0.703906536, 0.972428381, 0.0287297126, -0.616795182, -1.01974595]);
        Check(l => new Sgd(l, 0.8, nesterov: true, weightDecay: 0.1), 0.05f,
            [0.687014699, 0.973674655, 0.0232376177, -0.610258162, -1.01062083]);
    }

    // torch.optim.Adagrad([p], 0.1); Adagrad([p], 0.05, weight_decay=0.2, eps=1e-3)
    [Fact]
    public void Adagrad()
    {
        Check(l => new Adagrad(l), 0.1f, [0.771102905, 0.980785429, 0.0665416569, -0.676991343, -1.04606009]);
        Check(l => new Adagrad(l, 1e-3, 0.2), 0.05f,
            [0.788545609, 0.922623932, 0.101355404, -0.701256573, -0.976988137]);
    }

    // torch.optim.RMSprop([p], 0.01); RMSprop([p], 0.01, alpha=0.9, eps=1e-3, momentum=0.7, weight_decay=0.1)
    [Fact]
    public void RmsProp()
    {
        Check(l => new RmsProp(l), 0.01f, [0.77116704, 0.980720401, 0.0665766299, -0.676969767, -1.04615211]);
        Check(l => new RmsProp(l, 0.9, 1e-3, 0.7, 0.1), 0.01f,
            [0.787638903, 0.942192197, 0.0890792012, -0.690313995, -1.01052964]);
    }

    // torch.optim.Adam([p], 0.01); Adam([p], 0.1, betas=(0.8, 0.95), eps=1e-2, weight_decay=0.3)
    [Fact]
    public void Adam()
    {
        Check(l => new Adam(l), 0.01f, [0.826450884, 0.925336719, 0.124028377, -0.738649726, -0.978089571]);
        Check(l => new Adam(l, 0.8, 0.95, 1e-2, 0.3), 0.1f,
            [0.631401777, 0.944210231, -0.0190971158, -0.532107174, -1.01647234]);
    }

    // torch.optim.AdamW([p], 0.01); AdamW([p], 0.1, betas=(0.8, 0.95), eps=1e-2, weight_decay=0.3)
    [Fact]
    public void AdamW()
    {
        Check(l => new AdamW(l), 0.01f, [0.826117873, 0.924969196, 0.12397594, -0.738351226, -0.977701485]);
        Check(l => new AdamW(l, 0.8, 0.95, 1e-2, 0.3), 0.1f,
            [0.618508458, 0.940143406, -0.0194307901, -0.516157031, -1.01191533]);
    }

    // SparseAdam([p], 0.01); SGD([p], 0.1); Adagrad([p], 0.1)
    [Fact]
    public void LazyRows()
    {
        CheckRows(l => new Adam(l), 0.01f,
            [0.855349839, 0.924047112, 0.158905834, -0.739002466, -0.952536166, -0.285803169, 0.667367697, 1.00348151]);
        CheckRows(l => new Sgd(l), 0.1f,
            [0.897635698, 1.09940958, 0.33123228, -0.607531011, -0.875017166, -0.279858053, 0.684871316, 0.993560076]);
        CheckRows(l => new Adagrad(l), 0.1f,
            [0.974475443, 1.07701659, 0.308839232, -0.577914298, -0.85892427, -0.379415482, 0.707343638, 1.01193237]);
    }

    private static void Check(Func<ParameterLayout, Optimizer> make, float rate, double[] expected) =>
        Compare(OptimizerCases.Run(make, rate, expected.Length, 4), expected);

    private static void CheckRows(Func<ParameterLayout, Optimizer> make, float rate, double[] expected)
    {
        ParameterLayout layout = new();
        ParameterSlot slot = layout.Add("e", 4, 2, SlotOrientation.AsStored, SlotStorage.ByRow);
        ParameterBuffer p = new(layout);
        GradientBuffer g = new(layout);
        Optimizer optimizer = make(layout);
        OptimizerCases.FillValues(p.BeginWrite()[slot].Span);
        for (int t = 0; t < 5; t++)
        {
            g.Clear();
            int[] rows = t % 2 == 0 ? [((2 * t) + 1) % 3, 3] : [((2 * t) + 1) % 3];
            foreach (int r in rows)
            {
                Span<float> row = g.Rows(slot).Touch(r);
                for (int j = 0; j < 2; j++)
                    row[j] = (float)Math.Cos((2 * t) + (3 * r) + j);
            }

            optimizer.Step(p, g, rate);
        }

        Compare(p[slot].Span, expected);
    }

    private static void Compare(ReadOnlySpan<float> actual, double[] expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(actual[i] - expected[i]) <= 1e-6 * (1 + Math.Abs(expected[i])),
                $"element {i} is {actual[i]}, PyTorch's is {expected[i]}");
        }
    }
}
