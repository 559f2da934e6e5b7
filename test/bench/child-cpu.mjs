/** Loaded before a measured server (`--import`): tells its parent, when asked, what processor time it has used. */
process.on('message', () => process.send(process.cpuUsage()));
process.channel.unref(); // the server ends as it would without it
