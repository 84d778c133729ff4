"""Start the scoring service: `python -m eightcount_scoring`."""

from eightcount_scoring.service.main import main

if __name__ == "__main__":
    main()
