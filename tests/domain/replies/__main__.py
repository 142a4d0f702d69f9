from tests.domain.replies import main

main()
