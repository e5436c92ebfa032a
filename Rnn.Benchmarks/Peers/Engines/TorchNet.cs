using TorchSharp;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>Modules under the names that ours have too.</summary>
internal sealed class TorchNet : torch.nn.Module
{
    public TorchNet(params (string Name, torch.nn.Module Module)[] modules)
        : base("net")
    {
        foreach ((string name, torch.nn.Module module) in modules)
            register_module(name, module);
    }
}
