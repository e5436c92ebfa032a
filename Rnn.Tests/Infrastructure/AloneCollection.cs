using Xunit;

namespace Rnn.Tests.Infrastructure;

/// <summary>
/// Tests that look at something of the whole process (allocated bytes, the number of workers): they run after all
/// others, one at a time.
/// </summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public class AloneCollection;
