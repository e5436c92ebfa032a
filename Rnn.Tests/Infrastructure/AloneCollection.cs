using Xunit;

namespace Rnn.Tests.Infrastructure;

/// <summary>Tests that nothing else may run beside: they count allocations or change the number of threads.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public class AloneCollection;
