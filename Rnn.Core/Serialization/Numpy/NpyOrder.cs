namespace Rnn.Core.Serialization.Numpy;

/// <summary>Where the elements of a file, one after another, lie in a row-major array.</summary>
internal struct NpyOrder
{
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly long[] _index;
    private readonly bool _isRowMajor;
    private long _place;

    /// <param name="entry">Its shape and order.</param>
    public NpyOrder(NpzEntry entry)
    {
        _shape = entry.Shape.ToArray();
        _isRowMajor = !entry.IsFortranOrder || _shape.Length < 2;
        _strides = new long[_shape.Length];
        _index = new long[_shape.Length];
        long stride = 1;
        for (int axis = _shape.Length - 1; axis >= 0; axis--)
        {
            _strides[axis] = stride;
            stride *= _shape[axis];
        }
    }

    /// <summary>The place of the next element.</summary>
    public int Next()
    {
        int place = (int)_place;
        if (_isRowMajor)
        {
            _place++;
            return place;
        }

        // The first index runs fastest.
        for (int axis = 0; axis < _shape.Length; axis++)
        {
            _place += _strides[axis];
            if (++_index[axis] < _shape[axis])
                break;

            _place -= _strides[axis] * _shape[axis];
            _index[axis] = 0;
        }

        return place;
    }
}
