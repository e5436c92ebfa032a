using System;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>Loads libtorch and sets its threads.</summary>
internal static partial class TorchSetup
{
    private const string Library = "libtorch_cpu";

    /// <summary>Loads it.</summary>
    /// <exception cref="DllNotFoundException">It can't be loaded.</exception>
    public static void Start(EngineOptions options)
    {
        try
        {
            torch.set_num_threads(options.Threads);
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or NotSupportedException)
        {
            throw new DllNotFoundException(
                "libtorch can't be loaded here; TorchSharp-cpu 0.107.0 needs libstdc++ 13 (GLIBCXX_3.4.32) or newer. " +
                (e.InnerException ?? e).Message.ReplaceLineEndings(" "), e);
        }

        torch.manual_seed(1);
        if (!options.OneDnn)
        {
            SetUserEnabledMkldnn(GlobalContext(), false);
        }
    }

    public static string Version() => $"TorchSharp {Engine.InformationalVersion(typeof(torch).Assembly)}, libtorch " +
        torch.__version__;

    // TorchSharp has no torch.backends.mkldnn: these are at::globalContext() and at::Context::setUserEnabledMkldnn(bool).
    [LibraryImport(Library, EntryPoint = "_ZN2at13globalContextEv")]
    private static partial IntPtr GlobalContext();

    [LibraryImport(Library, EntryPoint = "_ZN2at7Context20setUserEnabledMkldnnEb")]
    private static partial void SetUserEnabledMkldnn(IntPtr context, [MarshalAs(UnmanagedType.U1)] bool enabled);
}
