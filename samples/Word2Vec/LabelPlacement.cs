using System;
using System.Collections.Generic;

namespace Rnn.Samples.Word2Vec;

/// <summary>A rectangle in pixels; y grows downwards.</summary>
internal readonly record struct Box(float Left, float Top, float Width, float Height)
{
    public float Right => Left + Width;

    public float Bottom => Top + Height;

    /// <summary>The place of the box that is nearest to a point.</summary>
    public (float X, float Y) Nearest(float x, float y) =>
        (Math.Clamp(x, Left, Right), Math.Clamp(y, Top, Bottom));

    public bool Overlaps(Box other) =>
        Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
}

/// <summary>
/// Places labels around points so that none covers another label or a point: greedily, the first labels first, each at
/// the nearest free place, which is beside its point if that is free. A label for which there is none is left out.
/// </summary>
internal sealed class LabelPlacement
{
    private const float CellSize = 64;
    private const float PointRadius = 3;
    private const float Nearest = 4, Farthest = 250, Ring = 8;   // distances of a label from the middle of its point
    private const int Directions = 16;

    private readonly Dictionary<(int, int), List<Box>> _cells = [];
    private readonly Box _picture;

    private LabelPlacement(Box picture) => _picture = picture;

    /// <summary>Where labels go.</summary>
    /// <param name="points">[N], in pixels.</param>
    /// <param name="sizes">[N], of the labels.</param>
    /// <param name="picture">Labels stay inside.</param>
    /// <returns>[N]; null where there is no place.</returns>
    public static Box?[] Place(ReadOnlySpan<(float X, float Y)> points, ReadOnlySpan<(float Width, float Height)> sizes,
        Box picture)
    {
        LabelPlacement placement = new(picture);
        foreach ((float x, float y) in points)
            placement.Take(new Box(x - PointRadius, y - PointRadius, 2 * PointRadius, 2 * PointRadius));

        Box?[] places = new Box?[points.Length];
        for (int i = 0; i < places.Length; i++)
            places[i] = placement.Find(points[i], sizes[i]);

        return places;
    }

    private Box? Find((float X, float Y) point, (float Width, float Height) size)
    {
        for (float distance = Nearest; distance <= Farthest; distance += Ring)
        {
            for (int direction = 0; direction < Directions; direction++)
            {
                // From the right, where a label is read most easily, to the left, by turns up and down.
                int turn = (direction + 1) / 2 * (direction % 2 == 0 ? 1 : -1);
                (float sin, float cos) = MathF.SinCos(turn * 2 * MathF.PI / Directions);
                float middleX = point.X + (cos * (distance + (size.Width / 2)));
                float middleY = point.Y + (sin * (distance + (size.Height / 2)));
                Box box = new(middleX - (size.Width / 2), middleY - (size.Height / 2), size.Width, size.Height);
                if (IsFree(box))
                {
                    Take(box);
                    return box;
                }
            }
        }

        return null;
    }

    private bool IsFree(Box box)
    {
        if (box.Left < _picture.Left || box.Right > _picture.Right || box.Top < _picture.Top
            || box.Bottom > _picture.Bottom)
        {
            return false;
        }

        foreach ((int, int) cell in Cells(box))
        {
            if (_cells.TryGetValue(cell, out List<Box>? taken) && taken.Exists(box.Overlaps))
                return false;
        }

        return true;
    }

    private void Take(Box box)
    {
        foreach ((int, int) cell in Cells(box))
        {
            if (!_cells.TryGetValue(cell, out List<Box>? taken))
                _cells.Add(cell, taken = []);

            taken.Add(box);
        }
    }

    private static IEnumerable<(int, int)> Cells(Box box)
    {
        int right = (int)MathF.Floor(box.Right / CellSize), bottom = (int)MathF.Floor(box.Bottom / CellSize);
        for (int x = (int)MathF.Floor(box.Left / CellSize); x <= right; x++)
        {
            for (int y = (int)MathF.Floor(box.Top / CellSize); y <= bottom; y++)
                yield return (x, y);
        }
    }
}
