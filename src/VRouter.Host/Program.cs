using VRouter.Host.Cli;

return await VRouterCommand.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
