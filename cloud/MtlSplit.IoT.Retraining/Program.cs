using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Retraining.Commands;

return await CommandLine.RunAsync(new RootCommand("Trains, evaluates, exports and retrains networks.")
{
    DatasetCommand.Create(),
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    ExportCommand.Create(),
    RetrainCommand.Create(),
}, args);
