"""Start the sync service: `python -m eightcount_sync`."""

from eightcount_sync.service.main import main

if __name__ == "__main__":
    main()
