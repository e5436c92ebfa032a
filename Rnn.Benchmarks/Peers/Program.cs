// dotnet run -c Release --project Rnn.Benchmarks/Peers -- compare --work char-train
return Rnn.Benchmarks.Peers.Commands.Run(args);
