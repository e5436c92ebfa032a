using System;
using System.Linq;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Xunit;

namespace Rnn.Tests.Optimizers;

public class OptimizerTests
{
    [Fact]
    public void AnElementsBitsDependNeitherOnItsPositionNorOnTheLength()
    {
        foreach (Func<ParameterLayout, ByRowUpdate, Optimizer> make in OptimizerCases.All)
        {
            float[] all = OptimizerCases.Run(l => make(l, ByRowUpdate.Lazy), 0.1f, 130, 3);
            for (int length = 1; length < all.Length; length++)
            {
                float[] part = OptimizerCases.Run(l => make(l, ByRowUpdate.Lazy), 0.1f, length, 3);
                Assert.Equal(all[..length], part);
            }
        }
    }

    [Fact]
    public void StatesOfIdleRowsFadeToZeroAndAreNeverSubnormal()
    {
        Func<ParameterLayout, Optimizer>[] fading =
        [
            l => new Sgd(l, 0.9, byRow: ByRowUpdate.Dense),
            l => new RmsProp(l, 0.9, 1e-8, 0.9, byRow: ByRowUpdate.Dense),
            l => new Adam(l, 0.9, 0.8, byRow: ByRowUpdate.Dense),
            l => new AdamW(l, 0.9, 0.8, byRow: ByRowUpdate.Dense),
        ];
        foreach (Func<ParameterLayout, Optimizer> make in fading)
        {
            ParameterLayout layout = new();
            ParameterSlot slot = layout.Add("e", 4, 19, SlotOrientation.AsStored, SlotStorage.ByRow);
            ParameterBuffer p = new(layout);
            GradientBuffer g = new(layout);
            Optimizer optimizer = make(layout);
            OptimizerCases.FillGradient(g.Rows(slot).Touch(2), 1);
            optimizer.Step(p, g, 0.1f);
            g.Clear();
            Assert.All(optimizer.State, state => Assert.Contains(state.ByRow.ToArray(), x => x != 0));
            for (int t = 0; t < 1000; t++)
            {
                optimizer.Step(p, g, 0.1f);
                Assert.All(optimizer.State, state => Assert.DoesNotContain(state.ByRow.ToArray(), float.IsSubnormal));
            }

            Assert.All(optimizer.State, state => Assert.All(state.ByRow.ToArray(), x => Assert.Equal(0, x)));
        }
    }

    [Fact]
    public void OnlyTrainableSlotsMoveAndGapsStayZero()
    {
        foreach (Func<ParameterLayout, ByRowUpdate, Optimizer> make in OptimizerCases.All)
        {
            ParameterLayout layout = new();
            ParameterSlot[] slots =
            [
                layout.Add("a", 3, 7, SlotOrientation.AsStored),
                layout.Add("a.bias", 1, 7, SlotOrientation.Vector),
                layout.Add("frozen", 2, 5, SlotOrientation.AsStored, trainable: false),
                layout.Add("e", 6, 5, SlotOrientation.AsStored, SlotStorage.ByRow),
                layout.Add("frozen.e", 2, 5, SlotOrientation.AsStored, SlotStorage.ByRow, trainable: false),
                layout.Add("b", 130, 67, SlotOrientation.AsStored),   // more than one chunk
                layout.Add("c", 1, 1, SlotOrientation.AsStored),
            ];
            ParameterBuffer p = new(layout);
            GradientBuffer g = new(layout);
            Optimizer optimizer = make(layout, ByRowUpdate.Dense);
            ParameterWriter writer = p.BeginWrite();
            foreach (ParameterSlot slot in slots)
                OptimizerCases.FillValues(writer[slot].Span);

            long version = p.Version;
            float[] dense = p.Dense.ToArray(), byRow = p.ByRow.ToArray();
            for (int t = 0; t < 3; t++)
            {
                FillGradients(g, t);
                optimizer.Step(p, g, 0.1f);
            }

            Assert.Equal(version + 3, p.Version);
            Assert.Equal(3, optimizer.StepCount);
            bool[] denseMoves = new bool[dense.Length], byRowMoves = new bool[byRow.Length];
            foreach (ParameterSlot slot in slots.Where(s => s.Trainable))
            {
                bool[] moves = slot.Storage == SlotStorage.Dense ? denseMoves : byRowMoves;
                moves.AsSpan(slot.Offset, slot.Count).Fill(true);
            }

            for (int i = 0; i < dense.Length; i++)
                Assert.Equal(denseMoves[i], dense[i] != p.Dense[i]);

            for (int i = 0; i < byRow.Length; i++)
                Assert.True(byRowMoves[i] || byRow[i] == p.ByRow[i]);

            foreach (OptimizerBuffer state in optimizer.State)
            {
                for (int i = 0; i < dense.Length; i++)
                    Assert.True(denseMoves[i] || state.Dense[i] == 0);
            }
        }
    }

    [Fact]
    public void WeightDecaySparesSlotsWithoutDecay()
    {
        Func<double, Func<ParameterLayout, Optimizer>>[] all =
        [
            d => l => new Sgd(l, weightDecay: d),
            d => l => new Sgd(l, 0.9, weightDecay: d),
            d => l => new Adagrad(l, weightDecay: d),
            d => l => new RmsProp(l, weightDecay: d),
            d => l => new RmsProp(l, momentum: 0.9, weightDecay: d),
            d => l => new Adam(l, weightDecay: d),
            d => l => new AdamW(l, weightDecay: d),
        ];
        foreach (Func<double, Func<ParameterLayout, Optimizer>> make in all)
        {
            float[] without = OptimizerCases.Run(make(0), 0.1f, 20, 3);
            Assert.Equal(without, OptimizerCases.Run(make(0.1), 0.1f, 20, 3, decay: false));
            Assert.NotEqual(without, OptimizerCases.Run(make(0.1), 0.1f, 20, 3));
        }
    }

    [Fact]
    public void WeightDecaySparesTablesWithoutDecay()
    {
        foreach (Func<ParameterLayout, ByRowUpdate, Optimizer> make in OptimizerCases.All)
        {
            foreach (ByRowUpdate byRow in Enum.GetValues<ByRowUpdate>())
            {
                ParameterLayout layout = new();
                ParameterSlot slot = layout.Add("e", 6, 5, SlotOrientation.AsStored, SlotStorage.ByRow, decay: false);
                ParameterBuffer p = new(layout);
                GradientBuffer g = new(layout);
                Optimizer optimizer = make(layout, byRow);
                OptimizerCases.FillValues(p.BeginWrite()[slot].Span);
                float[] before = p[slot].Span.ToArray();
                for (int row = 0; row < slot.Rows; row++)
                    g.Rows(slot).Touch(row);

                optimizer.Step(p, g, 0.1f);
                Assert.Equal(before, p[slot].Span.ToArray());   // all gradients are 0: only decay could move it
            }
        }
    }

    /// <summary>Slots that decay, that don't and that are frozen, in every order: each is updated once, by its own rule.</summary>
    [Fact]
    public void NeighboursKeepTheirOwnDecay()
    {
        const float rate = 0.5f, weightDecay = 0.25f;
        string[] orders = ["dn", "nd", "dfn", "nfd", "dfd", "ndn", "fdn"];
        foreach (string order in orders)
        {
            ParameterLayout layout = new();
            ParameterSlot[] slots = [.. order.Select((kind, i) =>
                layout.Add($"{i}", 2, 5, SlotOrientation.AsStored, trainable: kind != 'f', decay: kind == 'd'))];
            ParameterBuffer p = new(layout);
            GradientBuffer g = new(layout);
            Optimizer optimizer = new Sgd(layout, weightDecay: weightDecay);
            OptimizerCases.FillValues(p.BeginWrite().Dense);
            float[] before = p.Dense.ToArray();
            foreach (ParameterSlot slot in slots.Where(slot => slot.Trainable))
                g[slot].Span.Fill(1);

            optimizer.Step(p, g, rate);
            for (int n = 0; n < order.Length; n++)
            {
                for (int i = 0; i < slots[n].Count; i++)
                {
                    double old = before[slots[n].Offset + i];
                    double expected = order[n] switch
                    {
                        'd' => old - (rate * (1 + (weightDecay * old))),
                        'n' => old - rate,
                        _ => old,
                    };
                    Assert.Equal(expected, p[slots[n]].Span[i], 1e-6);
                }
            }
        }
    }

    /// <summary>Nothing can be added to a layout whose state is kept, not even where there is none.</summary>
    [Fact]
    public void TheLayoutIsClosed()
    {
        ParameterLayout layout = new();
        layout.Add("first", 2, 5, SlotOrientation.AsStored);
        _ = new Sgd(layout);
        Assert.Throws<InvalidOperationException>(() => layout.Add("second", 2, 5, SlotOrientation.AsStored));
    }

    [Fact]
    public void AFrozenSlotBetweenTrainedOnesStaysAndHasNoState()
    {
        foreach (Func<ParameterLayout, ByRowUpdate, Optimizer> make in OptimizerCases.All)
        {
            ParameterLayout layout = new();
            ParameterSlot first = layout.Add("first", 2, 5, SlotOrientation.AsStored);
            ParameterSlot frozen = layout.Add("frozen", 2, 5, SlotOrientation.AsStored, trainable: false);
            ParameterSlot last = layout.Add("last", 2, 5, SlotOrientation.AsStored);
            ParameterBuffer p = new(layout);
            GradientBuffer g = new(layout);
            Optimizer optimizer = make(layout, ByRowUpdate.Lazy);
            OptimizerCases.FillValues(p.BeginWrite().Dense);
            float[] before = p.Dense.ToArray();
            FillGradients(g, 1);
            optimizer.Step(p, g, 0.1f);
            Assert.Equal(before.AsSpan(frozen.Offset, frozen.Count), p[frozen].Span);
            Assert.All(optimizer.State, state => Assert.Equal(new float[frozen.Count], state[frozen].Span.ToArray()));
            for (int i = 0; i < first.Count; i++)
            {
                Assert.NotEqual(before[first.Offset + i], p[first].Span[i]);
                Assert.NotEqual(before[last.Offset + i], p[last].Span[i]);
            }
        }
    }

    [Fact]
    public void DenseRowsAreTheMathematicsOfADenseSlotBitwise()
    {
        foreach (Func<ParameterLayout, ByRowUpdate, Optimizer> make in OptimizerCases.All)
        {
            foreach (int cols in new[] { 1, 3, 16, 37 })
                Assert.Equal(Rows(make, ByRowUpdate.Dense, cols, dense: true), Rows(make, ByRowUpdate.Dense, cols));
        }
    }

    [Fact]
    public void LazyRowsOfAdagradAndPlainSgdAreTheDenseOnesBitwise()
    {
        foreach (int cols in new[] { 1, 3, 16, 37 })
        {
            Assert.Equal(Rows((l, r) => new Adagrad(l, byRow: r), ByRowUpdate.Dense, cols),
                Rows((l, r) => new Adagrad(l, byRow: r), ByRowUpdate.Lazy, cols));
            Assert.Equal(Rows((l, r) => new Sgd(l, byRow: r), ByRowUpdate.Dense, cols),
                Rows((l, r) => new Sgd(l, byRow: r), ByRowUpdate.Lazy, cols));
        }
    }

    [Fact]
    public void LazyLeavesRowsWithoutGradientAloneAndDenseDoesNot()
    {
        foreach (ByRowUpdate byRow in new[] { ByRowUpdate.Lazy, ByRowUpdate.Dense })
        {
            ParameterLayout layout = new();
            ParameterSlot slot = layout.Add("e", 3, 4, SlotOrientation.AsStored, SlotStorage.ByRow);
            ParameterBuffer p = new(layout);
            GradientBuffer g = new(layout);
            Adam adam = new(layout, byRow: byRow);
            g.Rows(slot).Touch(1).Fill(1f);
            adam.Step(p, g, 0.1f);
            float[] moment = adam.State[0][slot].Row(1).ToArray(), row = p[slot].Row(1).ToArray();
            g.Clear();
            g.Rows(slot).Touch(2).Fill(1f);
            adam.Step(p, g, 0.1f);
            Assert.Equal(byRow == ByRowUpdate.Lazy, moment.AsSpan().SequenceEqual(adam.State[0][slot].Row(1)));
            Assert.Equal(byRow == ByRowUpdate.Lazy, row.AsSpan().SequenceEqual(p[slot].Row(1)));
        }
    }

    [Fact]
    public void ACopyOfTheStateGoesOnWithTheSameBits()
    {
        foreach (Func<ParameterLayout, ByRowUpdate, Optimizer> make in OptimizerCases.All)
        {
            ParameterLayout layout = new();
            layout.Add("w", 9, 7, SlotOrientation.AsStored);
            layout.Add("e", 6, 5, SlotOrientation.AsStored, SlotStorage.ByRow);
            ParameterBuffer p = new(layout), q = new(layout);
            GradientBuffer g = new(layout);
            Optimizer a = make(layout, ByRowUpdate.Lazy), b = make(layout, ByRowUpdate.Lazy);
            OptimizerCases.FillValues(p.BeginWrite().Dense);
            for (int t = 0; t < 3; t++)
                StepOf(a, p, t);

            q.CopyFrom(p);
            b.StepCount = a.StepCount;
            for (int i = 0; i < a.State.Count; i++)
            {
                Assert.Equal(a.State[i].Name, b.State[i].Name);
                a.State[i].Dense.CopyTo(b.State[i].Dense);
                a.State[i].ByRow.CopyTo(b.State[i].ByRow);
            }

            for (int t = 3; t < 6; t++)
            {
                StepOf(a, p, t);
                StepOf(b, q, t);
            }

            Assert.True(p.Dense.SequenceEqual(q.Dense));
            Assert.True(p.ByRow.SequenceEqual(q.ByRow));
            Assert.Equal(a.Hyperparameters, b.Hyperparameters);

            a.Reset();
            Assert.Equal(0, a.StepCount);
            Assert.All(a.State, s => Assert.True(s.Dense.IndexOfAnyExcept(0f) < 0 && s.ByRow.IndexOfAnyExcept(0f) < 0));

            void StepOf(Optimizer optimizer, ParameterBuffer parameters, int t)
            {
                FillGradients(g, t);
                optimizer.Step(parameters, g, 0.1f);
            }
        }
    }

    [Fact]
    public void NamesTellWhatItIs()
    {
        ParameterLayout layout = new();
        Assert.Equal("adam", new Adam(layout).Name);
        Assert.Equal("beta1=0.9 beta2=0.999 epsilon=1E-08 weight_decay=0 by_row=lazy",
            new Adam(layout).Hyperparameters);
        Assert.Equal("momentum=0.9 nesterov=True weight_decay=0 by_row=dense",
            new Sgd(layout, 0.9, true, byRow: ByRowUpdate.Dense).Hyperparameters);
        Assert.Equal(["first_moment", "second_moment"], new AdamW(layout).State.Select(s => s.Name));
        Assert.Equal(["square_average", "momentum"], new RmsProp(layout, momentum: 0.5).State.Select(s => s.Name));
        Assert.Equal(["square_average"], new RmsProp(layout).State.Select(s => s.Name));
        Assert.Equal(["sum"], new Adagrad(layout).State.Select(s => s.Name));
        Assert.Equal(["momentum"], new Sgd(layout, 0.5).State.Select(s => s.Name));
        Assert.Empty(new Sgd(layout).State);
    }

    [Fact]
    public void WhatIsOutOfRangeIsRefused()
    {
        ParameterLayout layout = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(layout, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(layout, nesterov: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(layout, weightDecay: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(layout, epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(layout, epsilon: 1e-60));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(layout, double.NaN));
        Adam adam = new(layout);
        ParameterBuffer p = new(layout);
        GradientBuffer g = new(layout);
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.StepCount = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.Step(p, g, float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.Step(p, g, -1f));
        ParameterLayout other = new();
        Assert.Throws<ArgumentException>("parameters", () => adam.Step(new ParameterBuffer(other), g, 1f));
        Assert.Throws<ArgumentException>("gradients", () => adam.Step(p, new GradientBuffer(other), 1f));
        Assert.Equal(0, adam.StepCount);
    }

    /// <summary>Every element of the dense slots, two rows of each table.</summary>
    internal static void FillGradients(GradientBuffer g, int t)
    {
        g.Clear();
        foreach (ParameterSlot slot in g.Layout.Slots)
        {
            if (slot.Storage == SlotStorage.Dense)
            {
                OptimizerCases.FillGradient(g[slot].Span, t);
            }
            else
            {
                OptimizerCases.FillGradient(g.Rows(slot).Touch(slot.Rows - 1), t);
                OptimizerCases.FillGradient(g.Rows(slot).Touch(t % slot.Rows), t + 1);
            }
        }
    }

    // A table of 11 rows after five steps, of which each touches some rows.
    private static float[] Rows(
        Func<ParameterLayout, ByRowUpdate, Optimizer> make, ByRowUpdate byRow, int cols, bool dense = false)
    {
        ParameterLayout layout = new();
        ParameterSlot slot = layout.Add(
            "e", 11, cols, SlotOrientation.AsStored, dense ? SlotStorage.Dense : SlotStorage.ByRow);
        ParameterBuffer p = new(layout);
        GradientBuffer g = new(layout);
        Optimizer optimizer = make(layout, byRow);
        OptimizerCases.FillValues(p.BeginWrite()[slot].Span);
        for (int t = 0; t < 5; t++)
        {
            g.Clear();
            foreach (int row in new[] { 9, t, (3 * t) + 5 })
            {
                if (row < slot.Rows)
                    OptimizerCases.FillGradient(dense ? g[slot].Row(row) : g.Rows(slot).Touch(row), t + row);
            }

            optimizer.Step(p, g, 0.1f);
        }

        return p[slot].Span.ToArray();
    }
}
