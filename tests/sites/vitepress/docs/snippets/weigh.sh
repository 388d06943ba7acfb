hive weigh --every 1d
