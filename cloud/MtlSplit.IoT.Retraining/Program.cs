using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Retraining.Commands;

// People reach it as subcommands of mtlsplit, and its help says what they type.
var root = CommandLine.Root("mtlsplit", "Trains, evaluates, exports and retrains networks.");
Command[] commands = [DatasetCommand.Create(), TrainCommand.Create(), EvaluateCommand.Create(), ExportCommand.Create(), RetrainCommand.Create(), DriftCommand.Create()];
Array.ForEach(commands, root.Subcommands.Add);
return await CommandLine.RunAsync(root.WithExamples("mtlsplit train --out runs/a", "mtlsplit export --run runs/a --out models/NAME/1"), args);
