namespace Rnn.Core.Kernels.Products;

/// <summary>
/// The order of products and packing in one job: each thread's part begins with its share of the products, and ends
/// with its share of the packing, which others take from it when they have finished theirs. Parts are those of
/// <see cref="Threads.Workers"/>, but that one may begin a chunk later.
/// </summary>
/// <param name="products">How many products there are.</param>
/// <param name="packing">How many chunks of packing there are.</param>
/// <param name="threads">Among how many threads they are shared.</param>
internal readonly struct AheadChunks(int products, int packing, int threads)
{
    private readonly int _products = products, _packing = packing, _threads = threads;

    /// <summary>All chunks.</summary>
    public int Count => _products + _packing;

    /// <summary>What a chunk of the job is: the number of a product, or of a chunk of packing.</summary>
    public (bool IsPacking, int Number) this[int chunk]
    {
        get
        {
            int thread = (int)((long)chunk * _threads / Count);
            while (Products(thread) + Packing(thread) > chunk)
                thread--;

            while (Products(thread + 1) + Packing(thread + 1) <= chunk)
                thread++;

            int product = chunk - Packing(thread), end = Products(thread + 1);
            return product < end ? (false, product) : (true, chunk - end);
        }
    }

    /// <summary>The products of the threads before this one; rounded up, so that none is at the end of a part.</summary>
    private int Products(int thread) => (int)((((long)_products * thread) + _threads - 1) / _threads);

    private int Packing(int thread) => (int)((long)_packing * thread / _threads);
}
