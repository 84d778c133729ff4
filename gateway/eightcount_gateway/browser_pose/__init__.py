"""Poses in the browser: MediaPipe's runtime for WebAssembly (Apache-2.0), and BlazePose as it loads it.

`python -m eightcount_gateway.browser_pose` fetches the runtime and the weights, and puts these into task bundles.
"""
